import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

/** The benchmarks: each is a file bench/NAME.ts with a `main(args)`. */
export function benchmarks(folder: string = fromRoot('bench')): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.startsWith('_'))
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
}

export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  const names = benchmarks();
  if (!name || !names.includes(name)) {
    const asked = name ? `There is no benchmark "${name}". ` : '';
    throw new Problem(
      `${asked}Give one of: ${names.join(', ') || 'none yet'}. Example: npm run bench -- ${names[0] ?? 'NAME'}`,
      2,
    );
  }
  const module: { main(args: string[]): Promise<number | undefined> } = await import(
    pathToFileURL(fromRoot('bench', `${name}.ts`)).href
  );
  return (await module.main(rest)) ?? 0;
}
