import { describe, expect, it } from 'vitest';
import { assignmentForStudents } from '../../../guard/editions/assignment.ts';
import { expectedTime } from '../../../guard/grading/expected.ts';
import type { Notebook } from '../../../guard/notebook.ts';
import { nbgraderCell } from '../made-assignment.ts';

/** Cells that took 1, 12 and 4 seconds on a machine whose loop takes 0.01 s; the kernel's start counts 1.5. */
const recorded = (): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { convbook: { ran: { engine: 'tensorflow', data: [], calibration: 0.01 } } },
  cells: [1, 12, 4].map((seconds, i) => {
    const cell = nbgraderCell(`cell-${i}`, '1', { locked: true });
    cell.metadata['convbook'] = { measured: { seconds, tensors: 0, megabytes: 1 } };
    return cell;
  }),
});

describe('the time that a notebook is expected to take', () => {
  it("is what its solution took, in this machine's measure", () => {
    expect(expectedTime(recorded(), 0.01)).toMatchObject({
      seconds: 18.5,
      recorded: { seconds: 18.5, engine: 'tensorflow' },
    });
    expect(expectedTime(recorded(), 0.02)!.seconds).toBe(37);
  });

  it('is not known where nothing was recorded, or what was recorded is nonsense', () => {
    const without = recorded();
    for (const cell of without.cells) delete cell.metadata['convbook'];
    expect(expectedTime(without, 0.01)).toBeUndefined();
    expect(expectedTime({ ...recorded(), metadata: {} }, 0.01)).toBeUndefined();
    const odd = recorded();
    odd.cells[0]!.metadata['convbook'] = { measured: { seconds: 'long' } };
    expect(expectedTime(odd, 0.01)!.seconds).toBe(17.5);
  });

  it('is counted down, by the pace of the very run where that differs, and never below 0', () => {
    const { left } = expectedTime(recorded(), 0.01)!;
    expect(left(-1, 0, 0)).toBe(18.5);
    expect(left(-1, 0, 2)).toBe(16.5);
    // As recorded: 2.5 s until the first cell's end, 16 to go; 5 s into the long cell 11.
    expect(left(0, 2.5, 2.5)).toBe(16);
    expect(left(0, 2.5, 7.5)).toBe(11);
    // Twice as slow: a third cell of 4 s is expected to take nearly 8.
    expect(left(1, 29, 29)).toBeCloseTo((4 * 30.5) / 16);
    expect(left(1, 29, 99)).toBe(0);
    expect(left(2, 40, 40)).toBe(0);
  });

  it('reaches students: their edition keeps the seconds, and nothing else of a run', () => {
    const edition = assignmentForStudents(recorded());
    expect(expectedTime(edition, 0.01)!.seconds).toBe(18.5);
    expect(edition.cells.map((cell) => cell.metadata['convbook'])).toEqual(
      [1, 12, 4].map((seconds) => ({ measured: { seconds } })),
    );
  });
});
