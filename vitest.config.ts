import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Three projects: `unit` needs no Jupyter and stays under three minutes; `slow` needs none either, but starts many processes
// or makes large weights; `jupyter` drives real kernels, notebooks and browsers. `npm test` runs all of them.
// Each file runs in its own process (forks), because TensorFlow's context and a kernel's sockets are per process.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^convbook$/, replacement: here('./index.ts') },
      { find: /^convbook\/exercises$/, replacement: here('./lib/exercises/index.ts') },
    ],
  },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/jupyter/**', 'test/**/*.slow.test.ts'],
        },
      },
      { extends: true, test: { name: 'slow', include: ['test/**/*.slow.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'jupyter',
          include: ['test/jupyter/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
