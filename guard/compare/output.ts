import { type Find, type Finding, finder } from '../finding.ts';
import type { Shown } from '../normalise.ts';
import type { Rule } from '../rules.ts';
import { compareFigures, PLOTLY } from './figure.ts';
import { compareJson } from './json.ts';
import { compareMarkup } from './markup.ts';
import { compareText } from './numbers.ts';
import { comparePictures } from './picture.ts';
import { compareTables } from './table.ts';
import { compareTensors, isTensorText } from './tensor.ts';

/** Pixels of a drawing by which a point may move where no rule is given: what rounding to a tenth can do. */
const DRAWN = { absolute: 0.2, relative: 1e-3 };

const isMarkup = (mime: string) => mime === 'text/html' || mime === 'image/svg+xml';
const isText = (mime: string) => mime.startsWith('text/') || mime === 'stream';
const asText = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Whether a rule says something about a part of an output. */
export function fits(rule: Rule, output: Shown, mime: string): boolean {
  if (output.type === 'error') return rule.kind === 'varies';
  if (rule.mime !== undefined && rule.mime !== mime) return false;
  const content = output.type === 'stream' ? output.text : output.data[mime];
  switch (rule.kind) {
    case 'varies':
      return true;
    case 'numbers':
    case 'text':
      return isText(mime);
    case 'picture':
      return mime.startsWith('image/') || (mime === 'text/html' && asText(content).includes('data:image/'));
    case 'figure':
      return output.type === 'data' && PLOTLY in output.data;
    case 'tensor':
      return output.type === 'data' && isTensorText(asText(output.data['text/plain']));
    case 'table':
      return (
        output.type === 'data' &&
        /<table\b/i.test(asText(output.data['text/html'])) &&
        mime.startsWith('text/')
      );
  }
}

/** Compares one output with the committed one. `ruleFor` gives the rule for a part, or undefined for the default. */
export function compareOutput(
  place: string,
  expected: Shown,
  got: Shown,
  ruleFor: (mime: string) => Rule | undefined,
): Finding[] {
  if (expected.type === 'error' && got.type === 'error') {
    if (ruleFor('error')?.kind === 'varies') return [];
    const find = finder(`${place}, error`);
    if (expected.name !== got.name) return [find(expected.name, got.name, 'the same kind of error')];
    return compareText(expected.text, got.text, {}, find);
  }
  if (expected.type === 'stream' && got.type === 'stream')
    return comparePart(
      expected,
      'stream',
      expected.text,
      got.text,
      ruleFor('stream'),
      finder(`${place}, ${expected.name}`),
    );
  if (expected.type !== 'data' || got.type !== 'data') return [];
  const findings: Finding[] = [];
  for (const [mime, content] of Object.entries(expected.data)) {
    const find = finder(`${place}, ${mime}`);
    findings.push(...comparePart(expected, mime, content, got.data[mime], ruleFor(mime), find));
  }
  for (const mime of new Set([...Object.keys(expected.alt), ...Object.keys(got.alt)])) {
    const rule = ruleFor(mime);
    if (rule?.kind === 'varies') continue;
    const allowance = rule?.kind === 'figure' ? (rule.numbers ?? {}) : {};
    findings.push(
      ...compareText(
        expected.alt[mime] ?? '',
        got.alt[mime] ?? '',
        allowance,
        finder(`${place}, alt text of ${mime}`),
      ),
    );
  }
  return findings;
}

function comparePart(
  output: Shown,
  mime: string,
  expected: unknown,
  got: unknown,
  rule: Rule | undefined,
  find: Find,
): Finding[] {
  const [a, b] = [asText(expected), asText(got)];
  switch (rule?.kind) {
    case 'varies':
      return a.trim() !== '' && b.trim() === ''
        ? [find(a, 'nothing', `something (it varies: ${rule.reason})`)]
        : [];
    case 'text':
      if (rule.pattern === undefined) return a === b ? [] : [find(a, b, 'equal text')];
      return new RegExp(`^(?:${rule.pattern})$`, 'su').test(b)
        ? []
        : [find(a, b, `the pattern ${rule.pattern}`)];
    case 'numbers':
      return mime === 'text/html'
        ? compareMarkup(a, b, rule, undefined, find)
        : compareText(a, b, rule, find);
    case 'table':
      return mime === 'text/html' ? compareTables(a, b, rule, find) : present(b, find);
    case 'tensor':
      return mime === 'text/plain' ? compareTensors(a, b, rule, find) : present(b, find);
    case 'figure':
      if (mime === PLOTLY) return compareFigures(expected, got, rule, find);
      // The drawing and the text are made from the figure.
      return mime === 'text/plain' ? compareText(a, b, rule.numbers ?? {}, find) : present(b, find);
    case 'picture':
      if (mime === 'image/svg+xml' || mime === 'text/html')
        return compareMarkup(a, b, DRAWN, rule.distance, find);
      return comparePictures(mime, a, b, rule.distance, find);
  }
  if (isMarkup(mime)) {
    const drawn = mime === 'image/svg+xml' || (output.type === 'data' && PLOTLY in output.data);
    return compareMarkup(a, b, drawn ? DRAWN : {}, undefined, find);
  }
  if (isText(mime)) return compareText(a, b, {}, find);
  if (mime.startsWith('image/')) return comparePictures(mime, a, b, undefined, find);
  return compareJson(expected, got, {}, find);
}

const present = (got: string, find: Find): Finding[] =>
  got.trim() === '' ? [find('something', 'nothing', 'not empty')] : [];
