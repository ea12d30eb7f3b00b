import { inspect } from 'node:util';

/** Longer texts are cut: a notebook is no place for a dump, and front ends choke on one. */
const MOST = 100_000;

/** A value as text, as Node shows it, without colours. Never throws, whatever the value does when it is looked at. */
export function toText(value: unknown): string {
  try {
    return cut(inspect(value, { colors: false, depth: 3, breakLength: 100, maxStringLength: 10_000 }));
  } catch (error) {
    return `[a value that can't be shown: ${describe(error)}]`;
  }
}

/** An error with its causes, without the frames of Node and of the kernel. */
export function errorText(error: Error): string {
  return toText(error)
    .split('\n')
    .filter((line) => !/^\s+at .*(\bnode:|\/kernel\/|evalmachine)/.test(line))
    .join('\n');
}

/** A text of bearable length. */
export function cut(text: string): string {
  if (text.length <= MOST) return text;
  return `${text.slice(0, MOST)}\n… (${text.length - MOST} more characters)`;
}

function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'unknown error';
  }
}
