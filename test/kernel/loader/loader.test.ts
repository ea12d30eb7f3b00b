import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const register = fileURLToPath(new URL('../../../kernel/loader/register.mjs', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-loader-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function node(files: Record<string, string>, entry: string): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return execFileSync(process.execPath, ['--import', register, join(folder, entry)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

test('runs TypeScript with enums, and imports without ending', () => {
  const files = {
    'main.ts':
      "import { b } from './b';\nimport { c } from './b.js';\nimport data from './d.json';\nenum E { A, B }\nconsole.log(b + c + data.q + E.B);",
    'b.ts': 'export const b: number = 1; export const c = 2;',
    'd.json': '{"q": 5}',
  };
  expect(node(files, 'main.ts')).toBe('9');
});

test('require reaches TypeScript', () => {
  const files = {
    'main.cjs': "console.log(require('./side.ts').side + require('./side').side)",
    'side.ts': 'export const side: number = 3;',
  };
  expect(node(files, 'main.cjs')).toBe('6');
});

test('a syntax error names file, line and column', () => {
  expect(() => node({ 'main.ts': 'const a = 1;\nlet b = = 2;' }, 'main.ts')).toThrow(/main\.ts:2/);
});

test('packages of the project can be imported from elsewhere', () => {
  expect(
    node({ 'main.ts': "import { encode } from 'fast-png';\nconsole.log(typeof encode);" }, 'main.ts'),
  ).toBe('function');
});
