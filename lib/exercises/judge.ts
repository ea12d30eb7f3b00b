import type { Complaint, Expectation } from './expectation.ts';
import { failureText, notStarted } from './failure.ts';
import { replacedIntrinsic } from './intrinsics.ts';

/** What became of one expectation. */
export interface Verdict {
  title: string;
  met: boolean;
  /** The part of its weight that it earned, 0 to 1. */
  share: number;
  weight: number;
  /** Why it is not met, a whole sentence. */
  sentence?: string;
  hint?: string;
  notStarted: boolean;
}

/**
 * Runs expectations one after another. Never rejects: whatever the student's code does is a failed expectation. After one that
 * never ends no other is tried: in a cell that was interrupted meanwhile nobody would interrupt the next endless loop.
 */
export async function judgeAll(expectations: readonly Expectation[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let endless: string | undefined;
  for (const one of expectations) {
    if (endless !== undefined) verdicts.push(notTried(one, endless));
    else {
      const complaint = await limited(one);
      verdicts.push(verdict(one, complaint));
      if (complaint?.endless) endless = one.title;
    }
  }
  return verdicts;
}

const notTried = (one: Expectation, after: string): Verdict =>
  verdict(one, { said: `it was not tried, because "${after}" was not finished` });

function verdict(one: Expectation, complaint: Complaint | undefined): Verdict {
  const { title, weight, hint } = one;
  if (!complaint) return { title, met: true, share: 1, weight, notStarted: false };
  const said = complaint.said.replace(/\.$/, '');
  return {
    title,
    met: false,
    share: Math.min(Math.max(complaint.share ?? 0, 0), 1),
    weight,
    sentence: `${capital(said)}.`,
    notStarted: complaint.notStarted ?? false,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A sentence begins with a capital, but a name such as `l2(3)` is left as it is. */
const capital = (said: string) =>
  /^[a-z]+([ ,]|$)/.test(said) ? said.charAt(0).toUpperCase() + said.slice(1) : said;

async function limited(one: Expectation): Promise<Complaint | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Complaint>((resolve) => {
    timer = setTimeout(
      () =>
        resolve({
          endless: true,
          said: `it was not finished after ${one.seconds} seconds: does it await something that never comes?`,
        }),
      one.seconds * 1000,
    );
    // An interrupted cell runs no `finally`: a timer that it leaves must keep nothing waiting.
    timer.unref();
  });
  const floating: unknown[] = [];
  const hear = (reason: unknown) => floating.push(reason);
  process.on('unhandledRejection', hear);
  try {
    const complaint = (await Promise.race([one.judge(), late])) ?? (await lateFailure(floating));
    const replaced = replacedIntrinsic();
    return replaced === undefined ? complaint : { said: tampered(replaced) };
  } catch (error) {
    return { said: failureText(error), notStarted: notStarted(error) };
  } finally {
    clearTimeout(timer);
    process.off('unhandledRejection', hear);
  }
}

/** A promise that failed and that nobody awaited is heard of one turn of the event loop later. */
async function lateFailure(floating: readonly unknown[]): Promise<Complaint | undefined> {
  await new Promise((resolve) => setImmediate(resolve));
  if (floating.length === 0) return undefined;
  return { said: `a promise that nobody awaited failed (is an await missing?): ${failureText(floating[0])}` };
}

const tampered = (name: string) =>
  `nothing can be checked, because the built-in ${name} was replaced; restart the kernel and leave it as it is`;

/** The part of all weights that was earned: exactly 1 only where everything is met. */
export function earned(verdicts: readonly Verdict[]): number {
  if (verdicts.every((verdict) => verdict.met)) return 1;
  const all = verdicts.reduce((sum, verdict) => sum + verdict.weight, 0);
  return verdicts.reduce((sum, verdict) => sum + verdict.weight * verdict.share, 0) / all;
}

/** A report for people, one line an expectation. */
export function reportText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map((verdict) => {
      if (verdict.met) return `✓ ${verdict.title}`;
      const hint = verdict.hint === undefined ? '' : `\n    Hint: ${verdict.hint}`;
      return `✗ ${verdict.title}\n    ${verdict.sentence}${hint}`;
    })
    .join('\n');
}
