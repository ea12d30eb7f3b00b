import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main as checkMyWork } from '../../../cli/check-my-work.ts';
import { main as grade } from '../../../cli/grade.ts';
import { contain } from '../../../guard/grading/containment.ts';
import { fromCsv } from '../../../guard/grading/table.ts';
import type { Cell, Notebook } from '../../../guard/notebook.ts';

// `npx convbook grade` and `check-my-work` on a small assignment that needs no TensorFlow.

const cell = (id: string, source: string, more: object): Cell => ({
  cell_type: 'code',
  id,
  source,
  metadata: {
    nbgrader: {
      grade_id: id,
      grade: false,
      solution: false,
      locked: false,
      schema_version: 3,
      task: false,
      ...more,
    },
  },
  execution_count: null,
  outputs: [],
});

const assignment = (square: string): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'convbook', language: 'typescript', display_name: 'TypeScript' } },
  cells: [
    cell('square', square, { solution: true }),
    cell(
      'test-square',
      "import { cases, check } from 'convbook/exercises';\nawait check(4, cases('2', () => square, [[[2], 4]]), cases('3', () => square, [[[3], 9]]));",
      { grade: true, locked: true, points: 4 },
    ),
    cell(
      'test-plain',
      "import { check, equal } from 'convbook/exercises';\nawait check(1, equal('1', 1, 1));",
      {
        grade: true,
        locked: true,
        points: 1,
      },
    ),
  ],
});

let folder: string;
let csv: string;
let log = '';
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  response.end('9');
});

async function quietly(run: () => Promise<number>): Promise<{ code: number; text: string }> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  try {
    return { code: await run(), text };
  } finally {
    spy.mockRestore();
  }
}

const args = () => [
  join(folder, 'submissions'),
  ...['--source', join(folder, 'source.ipynb'), '--out', csv, '--cell-seconds', '10', '--jobs', '2'],
];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  folder = await mkdtemp(join(tmpdir(), 'convbook-grade-test-'));
  csv = join(folder, 'grades.csv');
  await mkdir(join(folder, 'submissions'));
  await writeFile(
    join(folder, 'source.ipynb'),
    JSON.stringify(assignment('const square = (x: number) => x * x;')),
  );
  const answers: Record<string, string> = {
    right: 'const square = (x: number) => x * x;',
    half: 'const square = (x: number) => 4;',
    endless: 'function square(x: number) { while (true) {} }',
    never: 'const square = (x: number) => new Promise(() => {});',
    exits: 'function square() { process.exit(0) }',
    network: `const square = async (x: number) => (x === 2 ? 4 : Number(await (await fetch('http://127.0.0.1:${port}')).text()));`,
    heap: 'function square(x: number) { const all: unknown[] = []; for (;;) all.push(new Array(1e6).fill(x)); }',
  };
  for (const [student, source] of Object.entries(answers)) {
    await writeFile(join(folder, 'submissions', `${student}.ipynb`), JSON.stringify(assignment(source)));
  }
  await writeFile(join(folder, 'submissions', 'broken.ipynb'), 'not a notebook');
  const { code, text } = await quietly(() => grade([...args(), '--gradescope', join(folder, 'gradescope')]));
  expect(code).toBe(0);
  log = text;
}, 600_000);
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('npx convbook grade', () => {
  it('gives every submission what it deserves, whatever the others do', async () => {
    const rows = Object.fromEntries(
      fromCsv(await readFile(csv, 'utf8')).map((row) => [row.student, row.cells]),
    );
    const { wrap } = contain();
    expect(rows).toEqual({
      right: { 'test-square': 4, 'test-plain': 1 },
      half: { 'test-square': 2, 'test-plain': 1 },
      endless: { 'test-square': 0, 'test-plain': 1 },
      never: { 'test-square': 0, 'test-plain': 1 },
      exits: { 'test-square': 0, 'test-plain': 1 },
      heap: { 'test-square': 0, 'test-plain': 1 },
      // Where the machine has network namespaces, the one server that answers is out of reach.
      network: { 'test-square': wrap.length > 0 ? 2 : 4, 'test-plain': 1 },
      broken: { 'test-square': 0, 'test-plain': 0 },
    });
    if (wrap.length > 0) expect(requests).toBe(0);
  });

  it('says what contains the submissions, shows progress and a histogram', () => {
    expect(log).toMatch(/^Contained by 2048 MB of JavaScript heap/);
    expect(log).toContain('8 of 8');
    expect(log).toContain('is no notebook');
    expect(log).toMatch(/8 submissions, mean .* of 5 points/);
  });

  it('writes what Gradescope reads', async () => {
    const results = JSON.parse(await readFile(join(folder, 'gradescope/half/results.json'), 'utf8'));
    expect(results.tests[0]).toMatchObject({ name: 'test-square', score: 2, max_score: 4 });
    expect(results.tests[0].output).toContain('4 came, and 9 was due');
  });

  it('goes on where it was stopped, and grades again whose line was taken out', async () => {
    const before = await readFile(csv, 'utf8');
    await writeFile(csv, before.replace(/^half,.*\n/m, ''));
    const { text } = await quietly(() => grade(args()));
    expect(text).toContain('8 submissions, 7 of them graded before.');
    const totals = (table: string) => fromCsv(table).map(({ student, total }) => [student, total]);
    expect(totals(await readFile(csv, 'utf8'))).toEqual(totals(before));
  });

  it('refuses wrong calls in a sentence', async () => {
    await expect(grade([])).rejects.toThrow(/Usage/);
    await expect(grade([folder, '--source', 'none.ipynb', '--out', csv])).rejects.toThrow(/no such file/);
    await expect(
      grade([join(folder, 'none'), '--source', join(folder, 'source.ipynb'), '--out', csv]),
    ).rejects.toThrow(/no submission/);
  });
});

describe('npx convbook check-my-work', () => {
  it('shows the visible score, what is missing, and what will be put back', async () => {
    const notebook = assignment('const square = (x: number) => 4;');
    (notebook.cells[2]!.metadata['nbgrader'] as { checksum?: string }).checksum = 'another';
    const file = join(folder, 'mine.ipynb');
    await writeFile(file, JSON.stringify(notebook));
    const { code, text } = await quietly(() => checkMyWork([file]));
    expect(code).toBe(0);
    expect(text).toContain('The cell test-plain was changed');
    expect(text).toMatch(/✗ test-square +2 of 4\n[\s\S]*4 came, and 9 was due/);
    expect(text).toMatch(/3 of 5 points by the checks that you can see, in \d+ s/);
  });
});
