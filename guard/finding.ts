/** One difference between what was committed and what came. */
export interface Finding {
  /** Where in the cell: `output 1, text/plain`. */
  where: string;
  expected: string;
  got: string;
  /** The rule that was broken, in words. */
  rule: string;
}

/** What a comparison knows of its place. */
export type Find = (expected: string, got: string, rule: string) => Finding;

export const finder =
  (where: string): Find =>
  (expected, got, rule) => ({ where, expected: short(expected), got: short(got), rule });

/** Long texts are cut in the middle: their ends say most. */
export function short(text: string, most = 600): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2) - 10;
  return `${text.slice(0, half)} … (${text.length - 2 * half} more) … ${text.slice(-half)}`;
}
