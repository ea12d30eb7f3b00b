import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main as checkMyWork } from '../../../cli/check-my-work.ts';
import { main as grade } from '../../../cli/grade.ts';
import { main as regrade } from '../../../cli/regrade.ts';
import { calibrate } from '../../../guard/calibration.ts';
import { contain } from '../../../guard/grading/containment.ts';
import { fromCsv } from '../../../guard/grading/table.ts';
import type { Notebook } from '../../../guard/notebook.ts';
import { assignmentOf, solutionCell, testCell } from '../../guard/made-assignment.ts';

// `npx convbook grade` and `check-my-work` on a small assignment that needs no TensorFlow.

const assignment = (square: string): Notebook =>
  assignmentOf([
    solutionCell('square', square),
    testCell(
      'test-square',
      "import { cases, check } from 'convbook/exercises';\nawait check(4, cases('2', () => square, [[[2], 4]]), cases('3', () => square, [[[3], 9]]));\n// BEGIN HIDDEN TESTS\n// the hidden word is OXYMORON\n// END HIDDEN TESTS",
      4,
    ),
    testCell(
      'test-plain',
      "import { check, equal } from 'convbook/exercises';\nawait check(1, equal('1', 1, 1));",
      1,
    ),
  ]);

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
    // What lies on this machine: the source with its hidden tests, other submissions, and the rest of the notebook.
    reads: `import { readdirSync, readFileSync } from 'node:fs';
const found: string[] = [];
const look = (folder: string, depth: number) => { try { for (const one of readdirSync(folder, { withFileTypes: true })) { const path = folder + '/' + one.name; if (one.isDirectory()) { if (depth > 0) look(path, depth - 1); } else { try { if (readFileSync(path, 'utf8').includes('OXY' + 'MORON')) found.push(path); } catch {} } } } catch {} };
look(${JSON.stringify(folder)}, 3); look('/tmp', 2); look(process.cwd(), 3);
for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) for (const file of ['cmdline', 'environ']) { try { if (readFileSync('/proc/' + pid + '/' + file, 'utf8').includes('OXY' + 'MORON')) found.push(file); } catch {} }
const square = (x: number) => (found.length === 0 ? 4 : x * x);`,
    // Outside its folder, and into the project's own code.
    writes: `import { writeFileSync } from 'node:fs';
const wrote = [${JSON.stringify(join(folder, 'source.ipynb'))}, ${JSON.stringify(join(folder, 'written.txt'))}, ${JSON.stringify(join(process.cwd(), 'lib/written.txt'))}].filter((path) => { try { writeFileSync(path, 'mine', { flag: 'a' }); return true; } catch { return false; } });
const square = (x: number) => (wrote.length === 0 ? 4 : x * x);`,
    memory:
      'function square(x: number) { const all: Buffer[] = []; for (;;) all.push(Buffer.alloc(256 * 2 ** 20, 1)); }',
    disk: `import { openSync, writeSync } from 'node:fs';
function square() { const file = openSync('large', 'w'); const part = Buffer.alloc(2 ** 26); for (let n = 0; n < 64; n++) writeSync(file, part); return 4; }`,
    child:
      "import { spawn } from 'node:child_process';\nspawn('sleep', ['987'], { detached: true, stdio: 'ignore' }).unref();\nconst square = (x: number) => x * x;",
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
const { level } = contain();
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('npx convbook grade', () => {
  it('gives every submission what it deserves, whatever the others do', async () => {
    const rows = Object.fromEntries(
      fromCsv(await readFile(csv, 'utf8')).map((row) => [row.student, row.cells]),
    );
    const sealed = level === 'files';
    expect(rows).toEqual({
      right: { 'test-square': 4, 'test-plain': 1 },
      half: { 'test-square': 2, 'test-plain': 1 },
      endless: { 'test-square': 0, 'test-plain': 1 },
      never: { 'test-square': 0, 'test-plain': 1 },
      exits: { 'test-square': 0, 'test-plain': 1 },
      heap: { 'test-square': 0, 'test-plain': 1 },
      memory: { 'test-square': 0, 'test-plain': 1 },
      disk: { 'test-square': 0, 'test-plain': 1 },
      child: { 'test-square': 4, 'test-plain': 1 },
      // Where the machine has namespaces, the one server that answers is out of reach, and so is everybody's work.
      network: { 'test-square': level === 'limits' ? 4 : 2, 'test-plain': 1 },
      reads: { 'test-square': sealed ? 2 : 4, 'test-plain': 1 },
      writes: { 'test-square': sealed ? 2 : 4, 'test-plain': 1 },
      broken: { 'test-square': 0, 'test-plain': 0 },
    });
    if (level !== 'limits') expect(requests).toBe(0);
    if (sealed) {
      expect(existsSync(join(folder, 'written.txt'))).toBe(false);
      // Nothing that a submission started outlives it.
      const left = readdirSync('/proc').filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep\0' + '987');
        } catch {
          return false;
        }
      });
      expect(left).toEqual([]);
    }
  });

  it('says what contains the submissions, shows progress and a histogram', () => {
    expect(log).toMatch(/^Contained by 2048 MB of JavaScript heap/);
    expect(log).toContain('13 of 13');
    expect(log).toContain('is no notebook');
    expect(log).toMatch(/13 submissions, mean .* of 5 points/);
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
    expect(text).toContain('13 submissions, 12 of them graded before.');
    const totals = (table: string) => fromCsv(table).map(({ student, total }) => [student, total]);
    expect(totals(await readFile(csv, 'utf8'))).toEqual(totals(before));
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'leaves nothing running when it is ended by %s',
    async (signal) => {
      const temporary = await mkdtemp(join(folder, 'temporary-'));
      const endless = join(folder, `endless-${signal}`);
      await mkdir(endless);
      await writeFile(
        join(endless, 'ada.ipynb'),
        JSON.stringify(assignment('function square(x: number) { while (true) {} }')),
      );
      const command = fileURLToPath(new URL('../../../bin/convbook.mjs', import.meta.url));
      const out = join(folder, `${signal}.csv`);
      const child = spawn(
        process.execPath,
        [command, 'grade', endless, '--source', join(folder, 'source.ipynb'), '--out', out],
        { env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      /** What was started for the submission works in a folder below the temporary one, which its command names. */
      const running = () =>
        readdirSync('/proc').filter((pid) => {
          try {
            return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${temporary}/convbook-grade-`);
          } catch {
            return false;
          }
        });
      await vi.waitUntil(() => running().length > 0, { timeout: 60_000 });
      const ended = new Promise((done) => child.on('close', done));
      child.kill(signal);
      await ended;
      await vi.waitUntil(() => running().length === 0, { timeout: 20_000 });
      if (signal === 'SIGTERM') {
        expect(said).toContain('Stopped. The same command goes on where it was.');
        expect(readdirSync(temporary).filter((name) => name.startsWith('convbook-grade-'))).toEqual([]);
      }
      expect(existsSync(out)).toBe(false);
    },
  );

  it('refuses wrong calls in a sentence', async () => {
    await expect(grade([])).rejects.toThrow(/Usage/);
    await expect(grade([folder, '--source', 'none.ipynb', '--out', csv])).rejects.toThrow(/no such file/);
    await expect(
      grade([join(folder, 'none'), '--source', join(folder, 'source.ipynb'), '--out', csv]),
    ).rejects.toThrow(/no submission/);
  });
});

describe('npx convbook regrade', () => {
  it('shows whose points change, writes nothing in a dry run, and keeps what a person entered', async () => {
    const table = (await readFile(csv, 'utf8')).replace(/^half,.*\n/m, 'half,0,0,0,1.5,,1,\n');
    await writeFile(csv, table);
    const given = [
      join(folder, 'submissions'),
      ...[
        '--source',
        join(folder, 'source.ipynb'),
        '--grades',
        csv,
        '--students',
        'half,right',
        '--jobs',
        '2',
      ],
    ];
    const dry = await quietly(() => regrade([...given, '--dry-run']));
    expect(dry.text).toMatch(/half: 1.5 -> 4.5 {2}\(test-square 0 -> 2, test-plain 0 -> 1\)/);
    expect(dry.text).toContain('right: as before, 5');
    expect(await readFile(csv, 'utf8')).toBe(table);
    const real = await quietly(() => regrade([...given, '--cells', 'test-square']));
    expect(real.text).toContain('1 of 2 students get other points.');
    const half = fromCsv(await readFile(csv, 'utf8')).find(({ student }) => student === 'half');
    expect(half).toMatchObject({ total: 3.5, cells: { 'test-square': 2, 'test-plain': 0 }, adjust: 1.5 });
    expect(await readFile(`${csv}.before-regrade`, 'utf8')).toBe(table);
    await expect(regrade([...given, '--cells', 'test-cube'])).rejects.toThrow(/no test cell "test-cube"/);
    await expect(regrade([...given.slice(0, -4), '--students', 'zoe'])).rejects.toThrow(/no student "zoe"/);
  });
});

describe('npx convbook check-my-work', () => {
  it('shows the visible score, what is missing, and what will be put back', async () => {
    const notebook = assignment('const square = (x: number) => 4;');
    (notebook.cells[2]!.metadata['nbgrader'] as { checksum?: string }).checksum = 'another';
    const cells = [['nbgrader:test-cube', 'x']];
    notebook.metadata['convbook'] = { release: { version: '1', cells } };
    const file = join(folder, 'mine.ipynb');
    await writeFile(file, JSON.stringify(notebook));
    const { code, text } = await quietly(() => checkMyWork([file]));
    expect(code).toBe(0);
    expect(text).toContain('How long that takes is not known');
    expect(text).toContain('The cell test-plain was changed');
    expect(text).toContain('The cell test-cube is missing; it comes back before grading.');
    expect(text).toMatch(/✗ test-square +2 of 4\n[\s\S]*4 came, and 9 was due/);
    expect(text).toMatch(/3 of 5 points by the checks that you can see, in \d+ s/);
  });

  it('says before it starts how long it is likely to take, and goes on saying where it is', async () => {
    const notebook = assignment(
      'const square = (x: number) => x * x;\nawait new Promise((done) => setTimeout(done, 8000));',
    );
    const recorded = [8, 0.5, 0.5].map((seconds) => ({ measured: { seconds } }));
    notebook.cells.forEach((cell, i) => {
      cell.metadata['convbook'] = recorded[i];
    });
    notebook.metadata['convbook'] = { ran: { engine: 'tensorflow', data: [], calibration: calibrate() } };
    const file = join(folder, 'recorded.ipynb');
    const before = JSON.stringify(notebook);
    await writeFile(file, before);
    const { text } = await quietly(() => checkMyWork([file]));
    const [first, ...others] = text.split('\n');
    expect(first).toMatch(/^Running all cells in a fresh kernel: about \d+ s, as far as the solution tells/);
    expect(first).toContain('11 s where it was recorded, on the engine tensorflow');
    expect(
      others.filter((line) => /^… \d+ s: (starting|\d of 3 cells done), /.test(line)).length,
    ).toBeGreaterThan(0);
    expect(text).toMatch(/5 of 5 points by the checks that you can see/);
    expect(await readFile(file, 'utf8')).toBe(before);
  });
});
