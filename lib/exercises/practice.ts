import { escapeXml as escaped } from '../figures/text.ts';
import { requireSome } from './check.ts';
import type { Expectation } from './expectation.ts';
import { judgeAll, reportText, type Verdict } from './judge.ts';

/** What an ungraded exercise shows: a friendly list in notebooks, the same as text elsewhere. */
export class PracticeReport {
  readonly verdicts: readonly Verdict[];

  constructor(verdicts: readonly Verdict[]) {
    this.verdicts = verdicts;
  }

  /** All expectations are met. */
  get passed(): boolean {
    return this.verdicts.every((verdict) => verdict.met);
  }

  private get heading(): string {
    const met = this.verdicts.filter((verdict) => verdict.met).length;
    if (this.passed) return 'All done: every expectation is met.';
    if (this.verdicts.every((verdict) => verdict.notStarted))
      return 'Your turn: write the code above, then run this cell again.';
    return `${met} of ${this.verdicts.length} expectations met.`;
  }

  toString(): string {
    return `${this.heading}\n${reportText(this.verdicts)}`;
  }

  [Symbol.for('Jupyter.display')](): Record<string, string> {
    return { 'text/html': this.html(), 'text/plain': this.toString() };
  }

  private html(): string {
    const items = this.verdicts.map((verdict) => {
      const mark = verdict.met ? '✓' : '✗';
      const why = verdict.sentence ? `<br><span>${escaped(verdict.sentence)}</span>` : '';
      const hint =
        verdict.met || verdict.hint === undefined ? '' : `<br><em>Hint: ${escaped(verdict.hint)}</em>`;
      return `<li><span aria-hidden="true">${mark}</span> <b>${escaped(verdict.title)}</b> <span>${verdict.met ? '(met)' : '(not met)'}</span>${why}${hint}</li>`;
    });
    // Colour is never the only sign, and both borders are readable in light and dark themes.
    const border = this.passed ? '#1b7837' : '#d98200';
    return (
      `<div role="status" style="border-left: 4px solid ${border}; padding: 0.2em 1em">` +
      `<p><b>${escaped(this.heading)}</b></p><ul style="list-style: none; padding-left: 0">${items.join('')}</ul></div>`
    );
  }
}

/**
 * Checks an ungraded exercise in a lab and shows how it went. Nothing that the student's code does makes it throw.
 *
 * @example
 * await practice(equal('the sides of a 3-4-5 triangle', () => l2([0, 0], [3, 4]), 5));
 */
export async function practice(...expectations: readonly Expectation[]): Promise<PracticeReport> {
  requireSome(expectations, 'practice');
  return new PracticeReport(await judgeAll(expectations));
}
