// Every @example of the datasets and of the display functions runs, and prints what its comments say.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { isAtHand } from '../datasets/at-hand.ts';
import { SOURCES } from '../datasets/registry.ts';
import { disagreement, examplesIn, expectedOutputs, runnable } from './lib/reference/examples.ts';

const root = join(import.meta.dirname, '..');
const examples = ['datasets', 'kernel/display'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => examplesIn(join(folder, file), readFileSync(join(root, folder, file), 'utf8'))),
);

/** Data sets that are not on this machine: their examples would download. */
const absent = new Set<string>();
for (const source of SOURCES) if (!(await isAtHand(source))) absent.add(source.id);
const canRun = (file: string) =>
  ![...absent].some((id) => file === `datasets/${id === 'cifar-10' ? 'cifar10' : id}.ts`) &&
  !file.endsWith('ask.ts');

let convbook: Record<string, unknown> = {};
beforeAll(async () => {
  vi.stubEnv('CONVBOOK_ENGINE', 'none');
  vi.stubEnv('CONVBOOK_OFFLINE', '1');
  convbook = await import('../index.ts');
});
afterEach(() => vi.restoreAllMocks());

test('examples are found', () => {
  expect(examples.length).toBeGreaterThan(20);
});

test.each(
  examples
    .filter(({ file }) => canRun(file))
    .map((example) => ({ name: `${example.file}:${example.line}`, example })),
)('$name runs and prints what it says', async ({ example }) => {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => void printed.push(format(...values)));
  const body = `${runnable(example.code)}\nreturn example();`;
  await new Function('convbook', ...Object.keys(convbook), `'use strict'; return (async () => {${body}})();`)(
    convbook,
    ...Object.values(convbook),
  );
  const due = expectedOutputs(example.code);
  if (/\bfor\b/.test(example.code) || printed.length !== due.length) return; // a loop or a display prints more
  const wrong = printed.flatMap((text, i) =>
    due[i] === undefined ? [] : (disagreement(text, due[i]!) ?? []),
  );
  expect(wrong).toEqual([]);
});
