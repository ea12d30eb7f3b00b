import { describe, expect, it } from 'vitest';
import { compareNotebook } from '../../guard/check.ts';
import { exercisesOf, solutionEdition, studentEdition, withSolutions } from '../../guard/exercises.ts';
import { joined, type Notebook } from '../../guard/notebook.ts';
import { code, madeRun, result, type stdout } from './made-notebook.ts';

const lab = (): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    code('const k = 3', []),
    {
      cell_type: 'markdown',
      metadata: { convbook: { exercise: 'square', role: 'task' } },
      source: [
        'Write `square`.\n\n<details><summary>Hint 1: the idea</summary>\n\nTimes itself.\n\n</details>\n',
        '<details><summary>Solution</summary>\n\n```typescript\nconst square = (x: number) => x * x;\n```\n\n</details>',
      ],
    },
    code('const square = (x: number): number => todo()', [], { exercise: 'square', role: 'work' }),
    code('await practice(…)', [result({ 'text/plain': 'Your turn' })], { exercise: 'square', role: 'check' }),
  ],
});

describe('the exercises of a lab', () => {
  it('are found with their solutions', () => {
    const [one] = exercisesOf(lab());
    expect(one).toMatchObject({ name: 'square', solution: 'const square = (x: number) => x * x;' });
  });

  it('that lack a cell or a solution are named', () => {
    const notebook = lab();
    notebook.cells.pop();
    expect(() => exercisesOf(notebook)).toThrow('The exercise "square" has no cell with the role check');
    const bare = lab();
    bare.cells[1]!.source = 'Write `square`.';
    expect(() => exercisesOf(bare)).toThrow(/"square" has no solution/);
  });

  it('yield every edition from the one notebook', () => {
    const solved = solutionEdition(lab());
    expect(solved.cells[2]!.source).toBe('const square = (x: number) => x * x;');
    const student = studentEdition(lab());
    expect(student.cells[1]!.source).toContain('Hint 1');
    expect(JSON.stringify(student)).not.toMatch(/x \* x|Solution/);
    expect(student.cells[3]!.outputs).toEqual([]);
    const tried = withSolutions(lab());
    expect(tried.cells.slice(4).map((cell) => joined(cell.source))).toEqual([
      'const square = (x: number) => x * x;',
      'await practice(…)',
    ]);
  });

  it('fail the notebook where a solution does not pass its own check', () => {
    const committed = lab();
    const solved = (text: string) => [{ ran: true, outputs: [result({ 'text/plain': text })] }];
    const status = (solutions: { ran: boolean; outputs: ReturnType<typeof stdout>[] }[]) =>
      compareNotebook('lab', committed, { ...madeRun(committed), solutions }).status;
    const facts = { engine: 'tensorflow', data: ['mnist 60000+10000'], calibration: 1 };
    committed.metadata = { convbook: { ran: facts } };
    expect(status(solved('All done: every expectation is met.\n✓ a'))).toBe('passed');
    expect(status(solved('0 of 1 expectations met.\n✗ a'))).toBe('failed');
    expect(status([])).toBe('failed');
  });
});
