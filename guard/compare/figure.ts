import type { Find, Finding } from '../finding.ts';
import type { FigureRule } from '../rules.ts';
import { compareText } from './numbers.ts';

export const PLOTLY = 'application/vnd.plotly.v1+json';

interface Trace {
  type?: string;
  name?: string;
  mode?: string;
  x?: unknown;
  y?: unknown;
  z?: unknown;
}

interface Plot {
  data: Trace[];
  layout: Record<string, unknown>;
}

/** Compares two plotly figures by what they say: titles, alt text, and each trace's type, name, length and ends. */
export function compareFigures(expected: unknown, got: unknown, rule: FigureRule, find: Find): Finding[] {
  const [a, b] = [plot(expected), plot(got)];
  const findings: Finding[] = [];
  for (const [name, x, y] of titles(a, b)) {
    findings.push(
      ...compareText(x, y, rule.numbers ?? {}, (p, q, broken) =>
        find(`${name}: ${p}`, `${name}: ${q}`, broken),
      ),
    );
  }
  const label = (trace: Trace) => `${trace.type ?? 'scatter'} "${trace.name ?? ''}"`;
  const names = (one: Plot) => one.data.map(label).join(', ');
  if (names(a) !== names(b))
    return [...findings, find(names(a), names(b), 'the same traces, in type, name and order')];
  for (const name of Object.keys(rule.ranges ?? {})) {
    if (!a.data.some((trace) => trace.name === name))
      findings.push(find(`a trace "${name}"`, names(a), 'a rule for a trace that is not there'));
  }
  a.data.forEach((trace, i) => {
    const at: Find = (p, q, broken) => find(`${label(trace)}: ${p}`, `${label(trace)}: ${q}`, broken);
    findings.push(...compareTrace(trace, b.data[i]!, rule, at));
  });
  return findings;
}

function compareTrace(a: Trace, b: Trace, rule: FigureRule, find: Find): Finding[] {
  if (a.mode !== b.mode) return [find(`mode ${a.mode}`, `mode ${b.mode}`, 'the same mode')];
  const findings: Finding[] = [];
  for (const axis of ['x', 'y', 'z'] as const) {
    const [p, q] = [values(a[axis]), values(b[axis])];
    if (!p || !q) {
      if (p !== q)
        findings.push(
          find(`${axis} ${p ? 'given' : 'absent'}`, `${axis} ${q ? 'given' : 'absent'}`, 'the same data'),
        );
      continue;
    }
    if (p.size !== q.size && rule.lengths !== 'any')
      findings.push(find(`${p.size} ${axis} values`, `${q.size} ${axis} values`, 'the same length'));
    if (p.words !== q.words) findings.push(find(p.words, q.words, 'the same categories'));
    if (q.invalid > p.invalid)
      findings.push(
        find(`${p.invalid} missing values`, `${q.invalid} missing values`, 'no new NaN or missing values'),
      );
    const limits = axis === 'y' && a.name !== undefined ? rule.ranges?.[a.name] : undefined;
    if (limits) {
      if (q.low < limits[0] || q.high > limits[1])
        findings.push(
          find(
            `${axis} from ${limits[0]} to ${limits[1]}`,
            `${axis} from ${q.low} to ${q.high}`,
            'the given range',
          ),
        );
    } else if (!(rule.lengths === 'any' && axis === 'x')) {
      findings.push(...compareEnds(axis, p, q, rule.ends ?? 0.05, find));
    }
  }
  return findings;
}

function compareEnds(axis: string, p: Values, q: Values, ends: number, find: Find): Finding[] {
  if (p.size === p.invalid || p.words !== '') return [];
  // A flat line has no span; its own height is the scale then.
  const span = p.high - p.low || Math.abs(p.high) || 1;
  const allowed = ends * span;
  if (Math.abs(p.low - q.low) <= allowed && Math.abs(p.high - q.high) <= allowed) return [];
  const text = (v: Values) => `${axis} from ${v.low} to ${v.high}`;
  return [find(text(p), text(q), `ends that move by at most ${ends} of the span`)];
}

interface Values {
  size: number;
  low: number;
  high: number;
  invalid: number;
  words: string;
}

function values(data: unknown): Values | undefined {
  if (!Array.isArray(data)) return undefined;
  const all = data.flat(2);
  const words = all.filter((value) => typeof value === 'string');
  const numbers = all.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of numbers) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return {
    size: all.length,
    low,
    high,
    invalid: all.length - words.length - numbers.length,
    words: words.join(', '),
  };
}

const plot = (value: unknown): Plot => {
  const { data, layout } = (value ?? {}) as Partial<Plot>;
  return {
    data: Array.isArray(data) ? data : [],
    layout: typeof layout === 'object' && layout !== null ? layout : {},
  };
};

function* titles(a: Plot, b: Plot): Generator<[string, string, string]> {
  const places: [string, (layout: any) => unknown][] = [
    ['title', (layout) => layout.title?.text ?? layout.title],
    ['x axis', (layout) => layout.xaxis?.title?.text ?? layout.xaxis?.title],
    ['y axis', (layout) => layout.yaxis?.title?.text ?? layout.yaxis?.title],
    ['alt text', (layout) => layout.meta?.alt],
  ];
  for (const [name, read] of places) yield [name, String(read(a.layout) ?? ''), String(read(b.layout) ?? '')];
}
