import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle, bundleAll } from '../../../kernel/loader/bundle.mjs';

const root = join(import.meta.dirname, '../../..');

/** The entries that the kernel's own code asks for. */
const asked = ['kernel', 'cli'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .flatMap((name) => [...readFileSync(join(root, folder, name), 'utf8').matchAll(/\bbundle\('([^']+)'\)/g)])
    .map((match) => match[1]!),
);

// A kernel that runs a submission sees the project read-only: what it lacks it can't make.
test('all bundles of the kernel can be made beforehand', () => {
  bundleAll();
  const made = readdirSync(join(root, '.cache', 'bundles'));
  expect(asked.length).toBeGreaterThanOrEqual(4);
  for (const entry of asked) expect(made).toContain(bundle(entry).split('/').at(-1));
});

test('bundleAll names every entry that the kernel asks for', () => {
  const text = readFileSync(join(root, 'kernel/loader/bundle.mjs'), 'utf8');
  for (const entry of asked) expect(text).toContain(`'${entry}'`);
});
