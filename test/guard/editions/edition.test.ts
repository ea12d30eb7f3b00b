import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/editions.ts';
import { gradedExercisesOf, isAssignment } from '../../../guard/editions/assignment.ts';
import { editionsOf } from '../../../guard/editions/edition.ts';
import { hintsIn, problemWithHints } from '../../../guard/editions/hints.ts';
import { linesOf, withoutMarkers, withoutSolution } from '../../../guard/editions/regions.ts';
import { exercisesOf } from '../../../guard/exercises.ts';
import { isTest, nbgraderOf } from '../../../guard/grading/assignment.ts';
import { joined, type Notebook, readNotebook } from '../../../guard/notebook.ts';
import { notebookOf } from './made-release.ts';

const root = fileURLToPath(new URL('../../../notebooks', import.meta.url));
const committed = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /^(\d\d-[^/]*|assignments\/source\/[^/]+\/[^/]*)\.ipynb$/.test(name),
);
const text = (notebook: Notebook) => notebook.cells.map(({ source }) => joined(source)).join('\n');

describe.each(committed)('the editions of %s', (name) => {
  let source: Notebook;
  beforeAll(async () => {
    source = await readNotebook(join(root, name));
  });

  it('have the same cells in the same order', () => {
    const { student, solution, site } = editionsOf(source);
    const ids = (notebook: Notebook) => notebook.cells.map(({ id, cell_type }) => `${cell_type} ${id}`);
    for (const edition of [student, solution, site]) expect(ids(edition)).toEqual(ids(source));
  });

  it('have the same hints, three for each exercise', () => {
    const { student, solution, site } = editionsOf(source);
    const hints = (notebook: Notebook) => notebook.cells.flatMap(({ source }) => hintsIn(source));
    expect(hints(source).length % 3).toBe(0);
    for (const edition of [student, solution, site]) expect(hints(edition)).toEqual(hints(source));
  });

  it('show the student no solution, and the teacher every one', () => {
    const { student, solution } = editionsOf(source);
    const handed = text(student);
    if (isAssignment(source)) {
      for (const [i, cell] of source.cells.entries()) {
        const handed = joined(student.cells[i]!.source);
        const secret = [...linesOf(cell.source, 'SOLUTION'), ...linesOf(cell.source, 'HIDDEN TESTS')];
        for (const line of secret.filter((one) => one.trim() !== '')) expect(text(solution)).toContain(line);
        for (const line of secret.filter((one) => one.trim().length > 30)) expect(handed).not.toContain(line);
      }
      expect(handed).not.toMatch(/BEGIN SOLUTION|HIDDEN TESTS|secret: true/);
    } else {
      for (const { solution: code, work } of exercisesOf(source)) {
        expect(text(solution)).toContain(code);
        if (!joined(work.source).includes(code)) expect(handed).not.toContain(code);
      }
      expect(handed).not.toMatch(/<summary>\s*Solution/i);
    }
    for (const cell of student.cells) expect(cell.outputs ?? []).toEqual([]);
  });

  it('differ from the source in nothing but that', () => {
    const { student, solution } = editionsOf(source);
    source.cells.forEach((cell, i) => {
      const nbgrader = nbgraderOf(cell);
      if (nbgrader?.solution || isTest(cell)) return;
      const convbook = cell.metadata['convbook'] as { exercise?: string } | undefined;
      if (convbook?.exercise !== undefined) return;
      expect(joined(student.cells[i]!.source)).toBe(joined(cell.source));
      expect(joined(solution.cells[i]!.source)).toBe(withoutMarkers(cell.source));
    });
  });

  it('leave the source as it was', () => {
    const before = JSON.stringify(source);
    editionsOf(source);
    expect(JSON.stringify(source)).toBe(before);
  });
});

describe('the editions of an assignment', () => {
  it('tell the site which cell belongs to which exercise', async () => {
    const name = committed.find((one) => one.includes('A1'))!;
    const source = await readNotebook(join(root, name));
    const roles = editionsOf(source).site.cells.map(({ metadata }) => metadata['convbook']);
    expect(roles).toContainEqual({ exercise: 'matrix', role: 'task', points: 3 });
    expect(roles).toContainEqual({ exercise: 'matrix', role: 'work', points: 3 });
    expect(roles).toContainEqual({ exercise: 'matrix', role: 'check', points: 3 });
    expect(roles).toContainEqual({ exercise: 'words', role: 'words', points: 3 });
    expect(gradedExercisesOf(source).reduce((sum, { points }) => sum + points, 0)).toBe(31);
  });

  const more = {
    x: { grade_id: 'x', grade: false, solution: true, locked: false },
    'test-x': { grade_id: 'test-x', grade: true, solution: false, locked: true, points: 1 },
  };
  const hints = ['the idea', 'the shape', 'almost the code']
    .map((step, i) => `<details><summary>Hint ${i + 1}: ${step}</summary>\n\nh\n\n</details>`)
    .join('\n');

  it('are refused where an exercise is not whole', () => {
    const cells = { t: `# Task\n${hints}`, x: 'x', 'test-x': 'check' };
    expect(editionsOf(notebookOf(cells, more)).kind).toBe('assignment');
    expect(() => editionsOf(notebookOf({ x: 'x', 'test-x': 'check' }, more))).toThrow(/"x" has no task/);
    expect(() => editionsOf(notebookOf({ ...cells, t: '# Task' }, more))).toThrow(
      /0 hints, and three are due/,
    );
    const words = { ...more.x, grade_id: 'w', grade: true, points: 1 };
    expect(() => editionsOf(notebookOf({ ...cells, w: 'w' }, { x: more.x, w: words }))).toThrow(
      /no test cell "test-x"/,
    );
  });

  it('are refused where a region has no end', () => {
    expect(() => withoutSolution('a\n// BEGIN SOLUTION\nb', 'code')).toThrow(/has no END/);
    expect(() => withoutSolution('a\n// END SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION', 'code')).toThrow(
      /never began/,
    );
    expect(withoutSolution('f() {\n  // BEGIN SOLUTION\n  b\n  // END SOLUTION\n}', 'code')).toBe(
      "f() {\n  // YOUR CODE HERE\n  throw new Error('Not written yet: your code goes here');\n}",
    );
  });

  it('want three hints by name', () => {
    expect(problemWithHints(hints)).toBeUndefined();
    expect(problemWithHints(hints.replace('the shape', 'the form'))).toMatch(/"Hint 2: the shape" is due/);
    expect(problemWithHints(hints.replace(/h\n/, '\n'))).toMatch(/hint 1 is empty/);
  });
});

describe('npx convbook editions', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'convbook-editions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes them below one folder, and nothing where one is not whole', async () => {
    const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const [lab] = committed.filter((name) => name.startsWith('0'));
      expect(await main([join(root, lab!), '--out', folder])).toBe(0);
      expect(readdirSync(folder).sort()).toEqual(['site', 'solution', 'student']);
      await writeFile(join(folder, 'broken.ipynb'), '{}');
      await expect(main([join(folder, 'broken.ipynb'), '--out', join(folder, 'none')])).rejects.toThrow(
        /Nothing was written/,
      );
      await expect(main([])).rejects.toThrow(/Usage/);
      await expect(main([join(root, lab!), '--out', folder, '--only', 'exam'])).rejects.toThrow(/no edition/);
    } finally {
      spy.mockRestore();
    }
  });
});
