import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';

const root = join(import.meta.dirname, '..');
const indexed = [...readFileSync(join(root, 'index.ts'), 'utf8').matchAll(/export \* from '\.\/(.*)'/g)].map(
  (m) => m[1]!,
);

vi.stubEnv('CONVBOOK_ENGINE', 'none');
const all = (await import('../index.ts')) as Record<string, unknown>;

test.each(indexed)(
  'every name of %s reaches those who import convbook: none is hidden by another folder',
  async (path) => {
    const part = (await import(join(root, path))) as Record<string, unknown>;
    expect(Object.keys(part).filter((name) => all[name] !== part[name])).toEqual([]);
  },
);

test('every folder of the library is there', () => {
  const folders = readdirSync(join(root, 'lib'), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        entry.name !== 'exercises' &&
        readdirSync(join(root, 'lib', entry.name)).includes('index.ts'),
    )
    .map((entry) => `lib/${entry.name}/index.ts`);
  expect(indexed).toEqual(expect.arrayContaining(folders));
});

test('gives the loaders, the display functions and tf', () => {
  for (const name of ['mnist', 'digits', 'display', 'progress', 'fit', 'Conv2D', 'startEngine']) {
    expect(typeof all[name]).toBe('function');
  }
  expect((all['tf'] as { version: object }).version).toHaveProperty('tfjs');
});

test('a tensor is one line in what is printed, also inside of lists', () => {
  const { tf } = all as unknown as typeof import('../index.ts');
  const tensor = tf.zeros([2, 3]);
  expect(inspect([tensor])).toBe('[ Tensor float32 [2, 3], 24 bytes ]');
  tensor.dispose();
  expect(inspect(tensor)).toBe('Tensor float32 [2, 3], 24 bytes, disposed');
});

test('with CONVBOOK_ENGINE=none no engine is started', () => {
  expect((all['engineInfo'] as () => unknown)()).toBeUndefined();
});

test('and startEngine() then takes the best one', async () => {
  const { startEngine, tf } = all as unknown as typeof import('../index.ts');
  const { engine } = await startEngine();
  expect(['tensorflow-gpu', 'tensorflow', 'webgpu', 'wasm', 'js']).toContain(engine);
  expect(tf.ones([2]).sum().dataSync()[0]).toBe(2);
});
