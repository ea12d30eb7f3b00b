import { describe, numberText } from './describe.ts';
import { replacedIntrinsic } from './intrinsics.ts';
import type { Snapshot } from './snapshot.ts';

/** How far a number may be off. Whole numbers must be equal where neither is given. */
export interface Tolerance {
  /** In the values' own unit; default 1e-6. */
  absolute?: number;
  /** As a part of the value that is due; default 1e-4. */
  relative?: number;
}

/** Why two values differ. `secretly` is the same with nothing of what was due in it. */
export interface Difference {
  said: string;
  secretly: string;
}

type Numbers = Extract<Snapshot, { kind: 'numbers' }>;

/**
 * Compares what came with what was due: |came - due| <= absolute + relative * |due|, number by number. NaN is never equal.
 *
 * @returns undefined where they agree
 */
export function compare(came: Snapshot, due: Snapshot, tolerance: Tolerance = {}): Difference | undefined {
  // Between the student's last line and this comparison: see intrinsics.ts.
  const replaced = replacedIntrinsic();
  if (replaced !== undefined) {
    const said = `nothing can be compared, because the built-in ${replaced} was replaced`;
    return { said, secretly: said };
  }
  return compareAt('', came, due, tolerance);
}

function compareAt(
  where: string,
  came: Snapshot,
  due: Snapshot,
  tolerance: Tolerance,
): Difference | undefined {
  if (due.kind === 'numbers' && came.kind === 'numbers') return compareNumbers(where, came, due, tolerance);
  if (due.kind === 'plain' && typeof due.value === 'number')
    return compareNumber(where, came, due.value, tolerance);
  if (due.kind === 'plain') {
    return came.kind === 'plain' && came.value === due.value ? undefined : differs(where, came, due);
  }
  if (due.kind === 'opaque') {
    return came.kind === 'opaque' && (came.value === due.value || came.text === due.text)
      ? undefined
      : differs(where, came, due);
  }
  if (due.kind === 'list') {
    if (came.kind === 'numbers' && came.type === due.type && due.items.length !== came.values.length)
      return differentLength(where, came.values.length, due.items.length);
    if (came.kind !== 'list' || came.type !== due.type) return differs(where, came, due);
    if (came.items.length !== due.items.length)
      return differentLength(where, came.items.length, due.items.length);
    return first(due.items, (item, i) => compareAt(`${where}[${i}]`, came.items[i]!, item, tolerance));
  }
  if (due.kind === 'record') {
    if (came.kind !== 'record') return differs(where, came, due);
    for (const key of due.entries.keys()) {
      if (!came.entries.has(key)) {
        const said = `${at(where)}the key "${key}" is missing; what came has ${keysText(came.entries)}`;
        return { said, secretly: said };
      }
    }
    const extra = [...came.entries.keys()].find((key) => !due.entries.has(key));
    if (extra !== undefined) {
      const said = `${at(where)}there is a key "${extra}" that nobody asked for`;
      return { said, secretly: said };
    }
    return first([...due.entries], ([key, item]) =>
      compareAt(`${where}.${key}`, came.entries.get(key)!, item, tolerance),
    );
  }
  return differs(where, came, due);
}

function compareNumber(
  where: string,
  came: Snapshot,
  due: number,
  tolerance: Tolerance,
): Difference | undefined {
  const dueText = numberText(due);
  if (came.kind !== 'plain' || typeof came.value !== 'number') {
    const scalar = came.kind === 'numbers' && came.type === 'Tensor' && came.values.length === 1;
    const advice = scalar ? ': read its number with (await t.data())[0]' : '';
    const article = scalar ? `a Tensor [${came.shape.join(', ')}]` : describe(came);
    return {
      said: `${at(where)}${article} came, and the number ${dueText} was due${advice}`,
      secretly: `${at(where)}${article} came, and a number was due${advice}`,
    };
  }
  if (Number.isNaN(came.value)) return isNaNText(where, dueText);
  if (near(came.value, due, tolerance)) return undefined;
  return {
    said: `${at(where)}${exact(came.value, due)} came, and ${exact(due, came.value)} was due`,
    secretly: `${at(where)}${numberText(came.value)} came, which is ${came.value < due ? 'too small' : 'too large'}`,
  };
}

function compareNumbers(
  where: string,
  came: Numbers,
  due: Numbers,
  tolerance: Tolerance,
): Difference | undefined {
  const flat = (n: Numbers) => n.type !== 'Tensor';
  if (flat(came) !== flat(due)) {
    const advice = flat(due) ? '; read a tensor with await t.array()' : '; make a tensor with tf.tensor()';
    const said = `${at(where)}${kind(came)} came, and ${kind(due)} was due${advice}`;
    return { said, secretly: said };
  }
  const sameShape = came.shape.length === due.shape.length && due.shape.every((n, i) => came.shape[i] === n);
  if (!sameShape) {
    if (flat(due)) return differentLength(where, came.values.length, due.values.length);
    const said = `${at(where)}a tensor of shape [${came.shape.join(', ')}] came, and [${due.shape.join(', ')}] was due`;
    return { said, secretly: said };
  }
  if (due.dtype !== undefined && came.dtype !== due.dtype) {
    const said = `${at(where)}a tensor of type ${came.dtype} came, and ${due.dtype} was due`;
    return { said, secretly: said };
  }
  let wrong = 0;
  let nan = 0;
  let firstWrong = -1;
  for (let i = 0; i < due.values.length; i++) {
    const value = came.values[i]!;
    if (Number.isNaN(value)) nan++;
    else if (near(value, due.values[i]!, tolerance)) continue;
    wrong++;
    if (firstWrong < 0) firstWrong = i;
  }
  if (wrong === 0) return undefined;
  const index = `${where}[${position(firstWrong, due.shape).join(', ')}]`;
  const many = due.values.length > 1 ? ` (${wrong} of ${due.values.length} values are wrong)` : '';
  if (nan > 0) return isNaNText(index, numberText(due.values[firstWrong]!), many);
  const [value, right] = [came.values[firstWrong]!, due.values[firstWrong]!];
  return {
    said: `${at(index)}${exact(value, right)} came, and ${exact(right, value)} was due${many}`,
    secretly: `${at(index)}${numberText(value)} came, which is not right${many}`,
  };
}

function near(came: number, due: number, { absolute, relative }: Tolerance): boolean {
  if (came === due) return true;
  if (!Number.isFinite(came) || !Number.isFinite(due)) return false;
  const exactly = absolute === undefined && relative === undefined;
  // Counts and labels are right or wrong: 61,705 parameters are not 61,706.
  if (exactly && Number.isInteger(came) && Number.isInteger(due)) return false;
  const a = absolute ?? (exactly ? 1e-6 : 0);
  const r = relative ?? (exactly ? 1e-4 : 0);
  return Math.abs(came - due) <= a + r * Math.abs(due);
}

/** A number with as many digits as it takes to see that it is not the other. */
function exact(value: number, other: number): string {
  const short = numberText(value);
  return short === numberText(other) ? String(value) : short;
}

const at = (where: string) => (where === '' ? '' : `at ${where.replace(/^\./, '')}, `);

const isNaNText = (where: string, due: string, many = ''): Difference => ({
  said: `${at(where)}NaN ("not a number", from 0/0 or a missing value) came, and ${due} was due${many}`,
  secretly: `${at(where)}NaN ("not a number", from 0/0 or a missing value) came${many}`,
});

const kind = (n: Numbers) =>
  n.type === 'Tensor'
    ? `a Tensor [${n.shape.join(', ')}]`
    : `${n.type === 'Array' ? 'an array' : `a ${n.type}`} of ${n.values.length} numbers`;

const differs = (where: string, came: Snapshot, due: Snapshot): Difference => ({
  said: `${at(where)}${describe(came)} came, and ${describe(due)} was due`,
  secretly: `${at(where)}${describe(came)} came, which is not right`,
});

function differentLength(where: string, came: number, due: number): Difference {
  const said = `${at(where)}${came} value${came === 1 ? '' : 's'} came, and ${due} ${due === 1 ? 'was' : 'were'} due`;
  return { said, secretly: said };
}

const keysText = (entries: ReadonlyMap<string, Snapshot>) =>
  entries.size === 0 ? 'no keys' : [...entries.keys()].slice(0, 8).join(', ');

function first<T>(items: readonly T[], find: (item: T, i: number) => Difference | undefined) {
  for (let i = 0; i < items.length; i++) {
    const found = find(items[i]!, i);
    if (found) return found;
  }
  return undefined;
}

function position(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return place;
}
