import type { Find, Finding } from '../finding.ts';
import type { Allowance } from '../rules.ts';

/** What holds where no rule does. */
export const DEFAULT_RELATIVE = 1e-4;

// A number that stands alone: not a part of a name (conv2d, 3x3), of a version (1.2.3) or of a date. Thousands may have commas.
const NUMBER =
  /(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w]|\.\d)|(?<![\w.])[-+]?(?:NaN|Infinity)\b/g;

interface Parsed {
  /** The text with its numbers taken out. */
  words: string;
  numbers: { value: number; text: string; label: string; fraction: boolean }[];
}

export function parseNumbers(text: string): Parsed {
  const numbers: Parsed['numbers'] = [];
  let last = 0;
  const words = text.replace(NUMBER, (match, at: number) => {
    const before = text.slice(last, at);
    last = at + match.length;
    const label = before.replace(/[\s:=≈~([,;|%]+$/g, '').trim();
    const value = Number(match.replaceAll(',', '').replace('−', '-'));
    numbers.push({ value, text: match, label, fraction: /[.eE]/.test(match) });
    return '#';
  });
  return { words: words.replace(/[ \t]+/g, ' '), numbers };
}

export interface TextAllowance extends Allowance {
  labelled?: Record<string, Allowance>;
}

/**
 * Compares two texts: their words exactly, their numbers by the allowance. With none, whole numbers exactly and floats to a
 * relative 1e-4. `labelled` is for the numbers that follow words which end so.
 */
export function compareText(expected: string, got: string, allowance: TextAllowance, find: Find): Finding[] {
  if (expected === got && !hasRange(allowance)) return [];
  const a = parseNumbers(expected);
  const b = parseNumbers(got);
  if (a.words !== b.words || a.numbers.length !== b.numbers.length)
    return [find(expected, got, 'the words must be equal')];
  const findings: Finding[] = [];
  a.numbers.forEach((number, i) => {
    const other = b.numbers[i]!;
    const label = Object.keys(allowance.labelled ?? {}).find((one) => endsWithLabel(number.label, one));
    const own = label === undefined ? allowance : allowance.labelled![label]!;
    const wrong = differ(number.value, other.value, own, number.fraction || other.fraction);
    const name = number.label === '' ? '' : `${number.label.split('\n').at(-1)!.slice(-40)}: `;
    if (wrong) findings.push(find(`${name}${number.text}`, `${name}${other.text}`, wrong));
  });
  return findings;
}

const endsWithLabel = (label: string, wanted: string) => label.toLowerCase().endsWith(wanted.toLowerCase());

const hasRange = ({ range, labelled }: TextAllowance) => range !== undefined || labelled !== undefined;

/** @returns the rule that is broken, in words; undefined where none is */
export function differ(
  expected: number,
  got: number,
  allowance: Allowance,
  fraction = !Number.isInteger(expected) || !Number.isInteger(got),
): string | undefined {
  const { absolute, relative, range } = allowance;
  if (Number.isNaN(got)) return Number.isNaN(expected) && range === undefined ? undefined : 'not NaN';
  if (range) {
    return got >= range[0] && got <= range[1] ? undefined : `from ${range[0]} to ${range[1]}`;
  }
  if (expected === got) return undefined;
  if (absolute === undefined && relative === undefined && !fraction) return 'whole numbers must be equal';
  const allowed =
    (absolute ?? 0) + (relative ?? (absolute === undefined ? DEFAULT_RELATIVE : 0)) * Math.abs(expected);
  if (Number.isFinite(expected) && Math.abs(got - expected) <= allowed) return undefined;
  const parts = [
    absolute === undefined ? '' : `absolute ${absolute}`,
    relative === undefined && absolute !== undefined ? '' : `relative ${relative ?? DEFAULT_RELATIVE}`,
  ];
  return `within ${parts.filter(Boolean).join(' + ')}`;
}
