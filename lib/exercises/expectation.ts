/** Something that a solution must do, with the sentence that a student reads where it does not. */
export interface Expectation {
  readonly title: string;
  /** How much of the points it is worth beside the others; default 1. */
  readonly weight: number;
  /** Where to look next. Never the answer. */
  readonly hint?: string;
  /** Seconds until it counts as failed; what waits for ever would otherwise end the whole notebook. */
  readonly seconds: number;
  /** Runs the student's code: undefined where it does what it must, else what went wrong and how much of it was right. */
  judge(): Promise<Complaint | undefined>;
}

export interface Complaint {
  /** The end of a sentence that starts with the title and a colon. */
  said: string;
  /** The part that was right, 0 to 1. */
  share?: number;
  /** It did not end in its time. */
  endless?: boolean;
  /** The code is still the stub. */
  notStarted?: boolean;
}

export interface ExpectationOptions {
  /** Where to look next; shown only where the expectation fails. */
  hint?: string;
  /** How much of the points it is worth beside the others; default 1. */
  weight?: number;
  /** Seconds until it counts as failed; default 60. */
  seconds?: number;
  /** For hidden tests: say what came, and nothing of what was due. */
  secret?: boolean;
}

/** Builds an expectation, and tells its author at once what is wrong with it. */
export function expectation(
  title: string,
  options: ExpectationOptions,
  judge: () => Promise<Complaint | undefined>,
): Expectation {
  if (typeof title !== 'string' || title.trim() === '') {
    throw new TypeError('An expectation needs a title, such as "the distance of a point from itself is 0".');
  }
  const { hint, weight = 1, seconds = 60 } = options;
  if (!(weight > 0 && Number.isFinite(weight))) {
    throw new TypeError(`The weight of "${title}" is ${weight}. It must be a number above 0.`);
  }
  if (!(seconds > 0))
    throw new TypeError(`The limit of "${title}" is ${seconds} seconds. It must be above 0.`);
  return { title, weight, seconds, judge, ...(hint === undefined ? {} : { hint }) };
}
