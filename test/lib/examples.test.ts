// Every @example of lib runs, and prints what its comments say.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngine } from '../../lib/runtime/index.ts';
import { disagreement, type Example, examplesIn, expectedOutputs, runnable } from './reference/examples.ts';

const lib = fileURLToPath(new URL('../../lib', import.meta.url));
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();
const examples = files.flatMap((file) => examplesIn(file, readFileSync(path.join(lib, file), 'utf8')));

/** What an example takes from its reader: names that a cell before it would have made. */
const given: Record<string, string> = {
  'exercises/': `
    const l2 = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]));
    const accuracy = 0.95;
    const hingeLoss = () => 1.58;
    const outputSize = () => { throw new Error('the window does not fit'); };
    const x = tf.ones([2]), y = tf.ones([2]);
    const loss = (a, b) => tf.tidy(() => a.sub(b).sum());`,
};

let convbook: Record<string, unknown> = {};
beforeAll(async () => {
  await startEngine();
  convbook = await import('../../index.ts');
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function run({ file, code }: Example): Promise<string[]> {
  const own = (await import(pathToFileURL(path.join(lib, file)).href)) as Record<string, unknown>;
  const folder = path.join(lib, path.dirname(file), 'index.ts');
  const beside = existsSync(folder) ? await import(pathToFileURL(folder).href) : {};
  const scope: Record<string, unknown> = { ...own, ...beside, ...convbook };
  const names = Object.keys(scope);
  const before = Object.entries(given).find(([prefix]) => file.startsWith(prefix))?.[1] ?? '';
  const body = `${before}\n{ ${runnable(code)}\nreturn example(); }`;
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => {
    printed.push(format(...values));
  });
  const call = new Function('convbook', 'load', ...names, `'use strict';\nreturn (async () => {${body}})();`);
  await call(convbook, (from: string) => import(from), ...names.map((name) => scope[name]));
  return printed;
}

describe('the examples of lib', () => {
  it('are found', () => {
    expect(examples.length).toBeGreaterThan(100);
  });

  it.each(examples.map((example) => ({ name: `${example.file}:${example.line}`, example })))(
    '$name runs and prints what it says',
    async ({ example }) => {
      const printed = await run(example);
      const due = expectedOutputs(example.code);
      if (printed.length !== due.length) {
        // Lines that a loop, a callback or a called function prints have no comment of their own.
        const elsewhere = /\bfor\b|=>[^;]*console\.log|^\s*if \(/m.test(example.code);
        if (elsewhere || due.every((comment) => comment === undefined)) return;
        expect(printed, 'as many lines as statements that print').toHaveLength(due.length);
      }
      const wrong = printed.flatMap((text, i) => {
        const comment = due[i];
        return comment === undefined ? [] : (disagreement(text, comment) ?? []);
      });
      expect(wrong).toEqual([]);
    },
  );
});
