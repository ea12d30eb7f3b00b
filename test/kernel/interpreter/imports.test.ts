import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const session = openSession();
const { run } = session;

test('side files: with and without ending, default, namespace, by side effect, type only', async () => {
  session.write(
    'tools.ts',
    'export type Kind = "a";\nexport const one: number = 1;\nexport default class Tool { kind: Kind = "a" }\nconsole.log("loaded");\n',
  );
  const ran = await run(`import Tool, { one, type Kind } from './tools';
import * as all from './tools.ts';
import './tools.js';
import type { Kind as K } from './nowhere';
one + Object.keys(all).length + new Tool().kind`);
  expect(ran.error).toBeUndefined();
  expect(ran.result).toContain('3a');
  expect(ran.stdout).toBe('loaded\n');
  expect((await run('one')).result).toBe('1');
});

test('a side file that was edited is picked up on the next run, its dependents too', async () => {
  session.write('leaf.ts', 'export const leaf = 1;');
  session.write('middle.ts', "import { leaf } from './leaf';\nexport const middle = leaf * 10;");
  session.write('other.ts', 'export const made = { token: 1 };');
  const cell = "import { middle } from './middle';\nimport { made } from './other';\nmiddle";
  expect((await run(cell)).result).toBe('10');
  await run('const before = made');
  session.write('leaf.ts', 'export const leaf = 2; // edited');
  expect((await run(cell)).result).toBe('20');
  expect((await run('before === made')).result).toBe('true'); // an unchanged file keeps its one instance
  session.write('middle.ts', 'export const middle: string = "all new";');
  expect((await run(cell)).result).toContain('all new');
});

test('a side file with a mistake says where', async () => {
  session.write('broken.ts', 'export const a = 1;\nexport const b = = 2;');
  const { error } = await run("import { b } from './broken'");
  expect(error?.ename).toBe('SyntaxError');
  expect(error?.evalue).toMatch(/broken\.ts:2/);
  session.write('broken.ts', 'export const a = 1;\nexport const b = 2;');
  expect((await run("import { b } from './broken'; b")).result).toBe('2');
});

test('dynamic imports, import.meta, require and JSON', async () => {
  session.write('dyn.ts', 'export const d = 4;');
  session.write('list.json', '[1, 2, 3]');
  session.write('common.cjs', 'exports.c = 6; exports.where = __filename;');
  expect((await run("const m = await import('./dyn'); m.d")).result).toBe('4');
  expect((await run("const load = (name: string) => import(name); (await load('./dyn.ts')).d")).result).toBe(
    '4',
  );
  expect((await run("import list from './list.json'; list.length")).result).toBe('3');
  expect((await run("require('./list.json').length + require('./common.cjs').c")).result).toBe('9');
  expect((await run("import { c } from './common.cjs'; c")).result).toBe('6');
  expect((await run('import.meta.dirname === process.cwd() && __dirname === process.cwd()')).result).toBe(
    'true',
  );
  expect((await run("import fs = require('node:fs'); typeof fs.readFileSync")).result).toContain('function');
});

test('packages of the folder: ESM only, with an exports map, CommonJS', async () => {
  const make = (name: string, manifest: object, files: Record<string, string>) => {
    const folder = join(session.folder, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  };
  make(
    'only-esm',
    { type: 'module', exports: { '.': './main.js', './part': './sub.js' } },
    {
      'main.js': 'export const esm = "E";',
      'sub.js': 'export const part = "P";',
    },
  );
  make(
    'old-style',
    { main: 'index.js' },
    { 'index.js': 'module.exports = Object.assign(() => 1, { named: "N" });' },
  );
  const ran = await run(
    "import { esm } from 'only-esm';\nimport { part } from 'only-esm/part';\nimport old, { named } from 'old-style';\nesm + part + named + old()",
  );
  expect(ran.error).toBeUndefined();
  expect(ran.result).toContain('EPN1');
  const absent = await run("import x from 'not-installed-anywhere'");
  expect(absent.error?.evalue).toBe(
    "Cannot find package 'not-installed-anywhere'. Install it beside the notebook: npm install not-installed-anywhere",
  );
});

test("the project's own packages are there for a notebook anywhere", async () => {
  const ran = await run("import { encode } from 'fast-png'; typeof encode");
  expect(ran.result).toContain('function');
});

test('an import may have the name of a global', async () => {
  const ran = await run(`import { performance, PerformanceObserver as Map } from 'node:perf_hooks';
import process, { cwd as Set } from 'node:process';
import { setTimeout } from 'node:timers/promises';
await setTimeout(1);
[typeof performance.now(), process.pid > 0, typeof Map, Set() === process.cwd()].join()`);
  expect(ran.error).toBeUndefined();
  expect(ran.result).toContain('number,true,function,true');
});

test('an import that fails is told without paths of the machine; a mistake in a file shows its line', async () => {
  const missing = await run("import { x } from './not-there.ts'");
  expect(missing.error).toMatchObject({ ename: 'Error', evalue: "Cannot find module './not-there.ts'" });
  session.write('broken.ts', 'export const fine = 1;\nexport const = 2;\n');
  const broken = (await run("const a = 1;\nimport { fine } from './broken'")).error!;
  expect(broken.evalue).toBe('Expected identifier but found "=" (./broken.ts:2:14)');
  const text = broken.traceback.join('\n');
  expect(text).toMatch(/broken\.ts, line 2\n {4}2 \| export const = 2;\n {6}\| {14}\^/);
  expect(text).toContain("line 2\n    2 | import { fine } from './broken'");
  session.write('broken.json', '{ nope');
  const json = (await run("import data from './broken.json'")).error!;
  expect(json.evalue).toMatch(/^\.\/broken\.json is not valid JSON/);
  for (const { traceback } of [missing.error!, broken, json])
    expect(traceback[0]).not.toContain(session.folder);
});
