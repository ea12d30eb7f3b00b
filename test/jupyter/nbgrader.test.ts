import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentPaths } from '../../cli/setup/paths.mjs';
import { jupyterEnvironment } from '../../cli/start.mjs';

const cell = (id: string, lines: string[], more: object) => ({
  cell_type: 'code',
  id,
  execution_count: null,
  outputs: [],
  source: lines.join('\n'),
  metadata: {
    nbgrader: {
      grade: false,
      grade_id: id,
      locked: false,
      schema_version: 3,
      solution: false,
      task: false,
      ...more,
    },
  },
});

const notebook = {
  cells: [
    cell(
      'square',
      [
        'function square(x: number): number {',
        '  // BEGIN SOLUTION',
        '  return x * x;',
        '  // END SOLUTION',
        '}',
      ],
      { solution: true },
    ),
    cell(
      'test-square',
      [
        "if (square(3) !== 9) throw new Error('square(3) must be 9');",
        '// BEGIN HIDDEN TESTS',
        "if (square(-4) !== 16) throw new Error('square(-4) must be 16');",
        '// END HIDDEN TESTS',
      ],
      { grade: true, locked: true, points: 2 },
    ),
  ],
  metadata: {
    kernelspec: { name: 'convbook', display_name: 'TypeScript (convbook)', language: 'typescript' },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

let course: string;
const nbgrader = (...args: string[]) =>
  execFileSync(environmentPaths().python, ['-m', 'nbgrader', ...args], {
    cwd: course,
    encoding: 'utf8',
    env: jupyterEnvironment(process.env, { userConfig: false }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const path = (...parts: string[]) => join(course, ...parts, 'a1', 'squares.ipynb');

/** A submission: the solution, except that its body is replaced. */
function submit(student: string, body?: string): void {
  mkdirSync(join(course, 'submitted', student, 'a1'), { recursive: true });
  if (body === undefined) cpSync(path('release'), path('submitted', student));
  else {
    const text = readFileSync(path('source'), 'utf8').replace('return x * x;', body);
    writeFileSync(path('submitted', student), text);
  }
}

beforeAll(() => {
  course = mkdtempSync(join(tmpdir(), 'convbook-course-'));
  mkdirSync(join(course, 'source', 'a1'), { recursive: true });
  writeFileSync(path('source'), JSON.stringify(notebook));
  nbgrader('generate_assignment', 'a1', '--create');
});
afterAll(() => rmSync(course, { recursive: true, force: true }));

describe('nbgrader with TypeScript notebooks', () => {
  it('leaves a stub in the place of the solution, and no hidden test', () => {
    const released = JSON.parse(readFileSync(path('release'), 'utf8')) as { cells: { source: string[] }[] };
    const [solution, test] = released.cells.map(({ source }) => source.join(''));
    expect(solution).toMatch(/YOUR CODE HERE\n {2}throw new Error\("Not done yet/);
    expect(solution).not.toContain('x * x');
    expect(test).toBe("if (square(3) !== 9) throw new Error('square(3) must be 9');");
  });

  it('grades right, wrong, unfinished and unparsable work by its tests', () => {
    submit('right', 'return x * x;');
    submit('wrong', 'return 3 * x;'); // passes the visible test, not the hidden one
    submit('unfinished');
    submit('unparsable', 'return x x;');
    nbgrader('autograde', 'a1');
    nbgrader('export');
    const [head, ...rows] = readFileSync(join(course, 'grades.csv'), 'utf8').trim().split('\n');
    const columns = head!.split(',');
    const scores = rows.map((row) => {
      const cells = row.trim().split(',');
      return [cells[columns.indexOf('student_id')], cells[columns.indexOf('raw_score')]];
    });
    expect(Object.fromEntries(scores)).toEqual({
      right: '2.0',
      wrong: '0.0',
      unfinished: '0.0',
      unparsable: '0.0',
    });
  });
});
