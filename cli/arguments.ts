import { Problem } from './setup/problem.mjs';

/** What a command's options take: a text, a whole number above 0, any number of at least 0, a list with commas, or nothing. */
export type Kind = 'text' | 'count' | 'number' | 'list' | 'flag';

type Value<K extends Kind> = K extends 'text'
  ? string
  : K extends 'count' | 'number'
    ? number
    : K extends 'list'
      ? string[]
      : true;

export type Parsed<S extends Record<string, Kind>> = { [N in keyof S]?: Value<S[N]> } & { rest: string[] };

/**
 * Reads `--name value` options and what stands beside them.
 *
 * @throws Problem, with the usage, where an option is unknown or its value is none; the usage alone, with exit code 0, for `--help`
 */
export function parseArguments<const S extends Record<string, Kind>>(
  args: readonly string[],
  kinds: S,
  usage: string,
): Parsed<S> {
  if (args.includes('--help') || args.includes('-h')) throw new Problem(usage, 0);
  const found: Record<string, unknown> = {};
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith('-')) {
      rest.push(arg);
      continue;
    }
    const kind = kinds[arg.replace(/^--/, '')];
    if (kind === undefined) throw new Problem(`There is no option ${arg}.\n\n${usage}`, 2);
    const name = arg.slice(2);
    if (kind === 'flag') {
      found[name] = true;
      continue;
    }
    const text = args[++i];
    if (text === undefined) throw new Problem(`${arg} takes a value.\n\n${usage}`, 2);
    if (kind === 'text') found[name] = text;
    else if (kind === 'list')
      found[name] = text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
    else {
      const number = Number(text);
      const fits = kind === 'count' ? number > 0 : number >= 0;
      if (!fits)
        throw new Problem(
          `${arg} takes a number ${kind === 'count' ? 'above 0' : 'of at least 0'}.\n\n${usage}`,
          2,
        );
      found[name] = kind === 'count' ? Math.ceil(number) : number;
    }
  }
  return { ...found, rest } as Parsed<S>;
}

/** Turns an error's sentence into one that ends the command with exit code 2. */
export function asProblem(error: unknown): never {
  throw new Problem((error as Error).message, 2);
}
