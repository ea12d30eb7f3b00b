import { joined, type Output } from './notebook.ts';

/**
 * What nbgrader gives for a test cell with these outputs (`nbgrader.utils.determine_grade`): the first output that decides wins.
 * An error or text on stderr is 0; a result that reads as a number from 0 to the points is that credit; everything else is full
 * marks, no output too.
 *
 * @throws where nbgrader itself would fail: a result above the points, or one without text
 */
export function determineGrade(outputs: readonly Output[], points: number): number {
  for (const output of outputs) {
    if (output.output_type === 'error') return 0;
    if (output.output_type === 'stream' && output.name === 'stderr') return 0;
    if (output.output_type !== 'execute_result') continue;
    const text = joined(output.data?.['text/plain']);
    if (text === '') throw new Error('The result has no text/plain, and nbgrader fails on it.');
    // Python's float() takes what Number() takes here, and no empty text.
    const grade = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
    if (!(grade >= 0)) return points;
    if (grade > points)
      throw new Error(`The result ${grade} is more than the ${points} points, and nbgrader fails on it.`);
    return grade;
  }
  return points;
}
