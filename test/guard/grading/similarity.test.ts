import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/similarity.ts';
import { similarPairs, type Work, workOf } from '../../../guard/grading/similarity/compare.ts';
import { tokensOf } from '../../../guard/grading/similarity/tokens.ts';
import { fingerprintsOf, GRAM, WINDOW } from '../../../guard/grading/similarity/winnow.ts';
import { assignmentOf, solutionCell, testCell } from '../made-assignment.ts';

const loops = `function l2(a: number[], b: number[]): number {
  if (a.length !== b.length) throw new Error('lengths');
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
function vote(d: number[], labels: number[], k: number): number {
  const order = d.map((_, i) => i).sort((p, q) => d[p]! - d[q]!);
  const votes = new Map<number, number>();
  for (const i of order.slice(0, k)) votes.set(labels[i]!, (votes.get(labels[i]!) ?? 0) + 1);
  return [...votes].sort((p, q) => q[1] - p[1])[0]![0];
}`;
/** The same with other names, comments and layout. */
const disguised = loops
  .replaceAll('sum', 'total')
  .replaceAll('order', 'ranking')
  .replaceAll('votes', 'ballot')
  .replace('let total = 0;', '// my own idea\n  let   total=0 ;')
  .replaceAll("'lengths'", '`different lengths`');
const other = `const l2 = (a: number[], b: number[]) => {
  check(a, b);
  return Math.hypot(...a.map((v, i) => v - b[i]!));
};
const vote = (d: number[], labels: number[], k: number) => {
  const best: [number, number][] = [];
  while (best.length < k) { const at = smallest(d, best); best.push([at, labels[at]!]); }
  return mode(best.map(([, label]) => label));
};
function smallest(d: number[], without: [number, number][]) { let at = -1; d.forEach((v, i) => { if (!without.some(([j]) => j === i) && (at < 0 || v < d[at]!)) at = i; }); return at; }`;
const work = (student: string, code: string): Work => ({ student, code });
const none = work('release', '');

describe('the tokens of code', () => {
  it('keep its form alone', () => {
    const forms = (code: string) => tokensOf(code).map(({ form }) => form);
    expect(forms('let x = 0x1f + `a b`; // why')).toEqual(['let', 'v', '=', 'n', '+', 's', ';']);
    expect(forms('a?.b ?? c => d')).toEqual(['v', '?.', 'v', '??', 'v', '=>', 'v']);
    expect(forms(loops)).toEqual(forms(disguised));
    expect(tokensOf('a\n/* x\n y */ b')).toEqual([
      { form: 'v', line: 0 },
      { form: 'v', line: 2 },
    ]);
  });
});

describe('winnowing', () => {
  it('finds every stretch as long as a run and a window, wherever it stands', () => {
    const names = 'abcdefghijklmnopqrstuvwxyz'.split('');
    const stretch = names
      .slice(0, GRAM + WINDOW - 1)
      .map((_, i) => ['+', '-', '*', '/', '%', '<', '>'][(i * i + i) % 7]);
    const code = stretch.join(' ');
    for (const before of ['', 'x ; ', 'if ( x ) { y } ', '[ [ [ ( '.repeat(5)]) {
      const hashes = new Set(fingerprintsOf(`${before}${code} ; ; ;`).map(({ hash }) => hash));
      expect(fingerprintsOf(code).some(({ hash }) => hashes.has(hash))).toBe(true);
    }
  });

  it('gives nothing for code that is too short', () => {
    expect(fingerprintsOf('a + b')).toEqual([]);
  });
});

describe('similarity', () => {
  const works = [work('ada', loops), work('bob', other), work('cyd', disguised)];

  it('finds a copy under other names, with its passages, and nobody else', () => {
    const pairs = similarPairs(works, none);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([['ada', 'cyd']]);
    expect(pairs[0]!.share).toBe(1);
    expect(pairs[0]!.passages[0]!.a.from).toBe(0);
    expect(pairs[0]!.passages.at(-1)!.a.to).toBeGreaterThan(9);
  });

  it('counts nothing that the assignment hands out, or that many wrote', () => {
    expect(similarPairs(works, work('release', loops))).toEqual([]);
    const many = Array.from({ length: 6 }, (_, i) => work(`s${i}`, loops));
    expect(similarPairs(many, none)).toEqual([]);
  });

  it('reads answers and own cells, and no tests', () => {
    const notebook = assignmentOf([solutionCell('a', 'mine();'), testCell('test-a', 'check();')]);
    notebook.cells.push({
      cell_type: 'code',
      source: 'own();',
      metadata: {},
      outputs: [],
      execution_count: null,
    });
    expect(workOf('ada', notebook).code).toBe('// a\nmine();\n// own cell\nown();');
  });
});

describe('npx convbook similarity', () => {
  it('writes a page and a JSON that call themselves no verdict', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convbook-similarity-'));
    const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const path = (name: string) => join(folder, name);
      const words = { grade_id: 'w', grade: true, solution: true, locked: false, points: 1 };
      const notebook = (code: string) => {
        const made = assignmentOf([solutionCell('a', code), testCell('test-a', 'check')]);
        const hints = ['the idea', 'the shape', 'almost the code'].map(
          (step, i) => `<details><summary>Hint ${i + 1}: ${step}</summary>h</details>`,
        );
        made.cells.unshift({ cell_type: 'markdown', source: hints.join('\n'), metadata: {} });
        made.cells.push({ cell_type: 'markdown', source: '', metadata: { nbgrader: words } });
        return JSON.stringify(made);
      };
      await writeFile(path('source.json'), notebook('// BEGIN SOLUTION\n1\n// END SOLUTION'));
      for (const { student, code } of [
        work('ada', loops),
        work('<bob>', other),
        work('cyd', `${disguised}\nconst y = '</pre><script>';`),
      ])
        await writeFile(path(`${student}.ipynb`), notebook(code));
      await writeFile(path('dan.ipynb'), 'broken');
      const args = [
        folder,
        '--source',
        path('source.json'),
        '--html',
        path('r.html'),
        '--json',
        path('r.json'),
      ];
      expect(await main(args)).toBe(0);
      const html = await readFile(path('r.html'), 'utf8');
      expect(html).toContain('no verdict');
      expect(html).toMatch(/<mark[^>]*>function l2/);
      expect(html).not.toMatch(/<script>/);
      const { pairs, works } = JSON.parse(await readFile(path('r.json'), 'utf8'));
      expect(works).toBe(3);
      expect(pairs).toMatchObject([{ a: 'ada', b: 'cyd' }]);
      expect(spy.mock.calls.join('')).toContain('dan: left out');
      await expect(main([folder])).rejects.toThrow(/Usage/);
    } finally {
      spy.mockRestore();
      await rm(folder, { recursive: true });
    }
  });
});
