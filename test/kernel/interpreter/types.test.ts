import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const session = openSession();
const { run, interpreter } = session;

test('strict: a type error is the error of the cell, which does not run', async () => {
  await run('let ran = false; interface Point { x: number }');
  const { error } = await run('// @typecheck strict\nran = true;\nconst p: Point = { x: "one" };');
  expect(error).toMatchObject({
    ename: 'TypeError',
    evalue: "Type 'string' is not assignable to type 'number'.",
  });
  const text = error!.traceback.join('\n');
  expect(text).toMatch(/Cell \[\d+\], line 3/);
  expect(text).toMatch(/const p: Point = \{ x: "one" \};\n +\| +~/);
  expect((await run('ran')).result).toBe('false');
});

test('strict: a correct cell runs, with the types of earlier cells', async () => {
  const ran = await run('// @typecheck strict\nran = true;\nconst q: Point = { x: 1 }; q.x + 1');
  expect(ran.error).toBeUndefined();
  expect(ran.result).toBe('2');
});

test('warn: a cell runs at once, and its type errors are shown under it', async () => {
  const ran = await run('const wrong: number = "text" as unknown as string; 5');
  expect(ran.outcome.status).toBe('ok');
  expect(ran.result).toBe('5');
  const shown = await session.until((event) => event.type === 'display' && event.cell === ran.id);
  expect((shown as { data: Record<string, string> }).data['text/plain']).toContain(
    "Type 'string' is not assignable to type 'number'.",
  );
});

test('off: nothing is said', async () => {
  await run('globalThis[Symbol.for("convbook.host")].typecheck("off")');
  const ran = await run('const silent: number = "text"; silent');
  expect(ran.outcome.status).toBe('ok');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(session.events.some((event) => event.type === 'display' && event.cell === ran.id)).toBe(false);
});

test('the notebook can choose strict', async () => {
  await run('globalThis[Symbol.for("convbook.host")].typecheck("strict")');
  expect((await run('const bad: number = "x"')).error?.ename).toBe('TypeError');
  expect((await run('// @typecheck off\nconst bad: number = "x"; 1')).result).toBe('1');
  await run('globalThis[Symbol.for("convbook.host")].typecheck("off")');
});

test('a type follows a redeclaration', async () => {
  await run('let value = 1');
  await run('let value = "now text"');
  const { error } = await run('// @typecheck strict\nvalue.toUpperCase(); value.toFixed()');
  expect(error?.evalue).toContain("'toFixed' does not exist on type 'string'");
});

test('a name of an earlier cell may be assigned to', async () => {
  await run('let total = 0; function later() { return 1 }');
  const ran = await run('// @typecheck strict\ntotal += 5; total++; later = () => 2; total');
  expect(ran.error).toBeUndefined();
  expect(ran.result).toBe('6');
});

test('types come from side files, JSON, Node and packages', async () => {
  session.write(
    'shapes.ts',
    'export interface Box { width: number }\nexport const area = (b: Box): number => b.width ** 2;\n',
  );
  session.write('data.json', '{ "name": "n", "count": 3 }');
  const code = `// @typecheck strict
import { area, type Box } from './shapes';
import data from './data.json';
import { join } from 'node:path';
import { encode } from 'fast-png';
const box: Box = { width: data.count };
typeof encode + join('a', 'b') + area(box)`;
  const ran = await run(code);
  expect(ran.error).toBeUndefined();
  expect(ran.result).toContain('functiona/b9');
  const wrong = await run("// @typecheck strict\nimport { area } from './shapes.ts';\narea({ width: 'x' });");
  expect(wrong.error?.evalue).toContain("Type 'string' is not assignable to type 'number'");
});

test('completion knows members, names of earlier cells, and their kinds', async () => {
  await run(
    'const person = { name: "Ada", age: 36, greet(whom: string) { return whom } }; enum Mood { Good, Bad }',
  );
  const members = await interpreter.complete('person.', 7);
  expect(members.matches.map(({ text }) => text)).toEqual(expect.arrayContaining(['name', 'age', 'greet']));
  expect(members).toMatchObject({ start: 7, end: 7 });
  const greet = members.matches.find(({ text }) => text === 'greet')!;
  expect(greet.kind).toBe('method');
  expect(greet.signature).toContain('(whom: string): string');
  const names = await interpreter.complete('pers', 4);
  expect(names.matches[0]).toMatchObject({ text: 'person', kind: 'constant' });
  expect(names).toMatchObject({ start: 0, end: 4 });
  expect((await interpreter.complete('Mood.', 5)).matches.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['Good', 'Bad']),
  );
});

test('completion in the middle of a word, after emoji, and in an unfinished cell', async () => {
  const inWord = await interpreter.complete('person.name; 1', 9);
  expect(inWord).toMatchObject({ start: 7, end: 9, matches: [{ text: 'name' }] });
  const middle = await interpreter.complete('person.na; 1', 9);
  expect(middle.matches.map(({ text }) => text)).toEqual(['name']);
  expect(middle).toMatchObject({ start: 7, end: 9 });
  const emoji = '"😀😀"; person.gr';
  const after = await interpreter.complete(emoji, emoji.length);
  expect(after.matches.map(({ text }) => text)).toEqual(['greet']);
  expect(after.start).toBe(emoji.length - 2);
  const open = 'if (person.a';
  expect((await interpreter.complete(open, open.length)).matches[0]?.text).toBe('age');
  expect((await interpreter.complete('nothingLikeIt', 13)).matches).toEqual([]);
});

test('completion says what imported names of earlier cells are', async () => {
  await run("import { readFileSync, Stats, constants } from 'node:fs'; import * as path from 'node:path'");
  const read = (await interpreter.complete('readFi', 6)).matches[0]!;
  expect(read).toMatchObject({ text: 'readFileSync', kind: 'function' });
  expect(read.signature).toContain('path: PathOrFileDescriptor');
  const kindOf = async (name: string) => (await interpreter.complete(name, name.length)).matches[0]?.kind;
  expect([await kindOf('Stats'), await kindOf('path')]).toEqual(['class', 'module']);
});

test('completion is answered while a cell computes', async () => {
  const busy = run('console.log("go"); const stop = Date.now() + 1500; while (Date.now() < stop); "done"');
  await session.until((event) => event.type === 'stream' && event.text.includes('go'));
  const { matches } = await interpreter.complete('person.na', 9);
  expect(matches[0]?.text).toBe('name');
  expect(session.events.at(-1)?.type).not.toBe('result');
  await busy;
});

test('where types know nothing, the live value is asked', async () => {
  await run('const loose: any = JSON.parse(\'{"alpha": 1, "beta": { "gamma": 2 }}\')');
  expect((await interpreter.complete('loose.al', 8)).matches).toEqual([{ text: 'alpha', kind: 'property' }]);
  expect((await interpreter.complete('loose.beta.', 11)).matches[0]?.text).toBe('gamma');
  const { data } = await interpreter.inspect('loose.alpha', 8, 1);
  expect(data['text/plain']).toContain('Value: 1');
  expect((await interpreter.complete('loose.alpha.nothing', 19)).matches).toEqual([]);
});

test('inspection gives type and documentation, as text and as Markdown', async () => {
  await run(
    '/** Doubles a number.\n * @param n what to double */\nfunction double(n: number) { return n * 2 }',
  );
  for (const [code, cursor] of [
    ['double(3)', 3],
    ['double', 6],
    ['double(', 7],
  ] as const) {
    const { found, data } = await interpreter.inspect(code, cursor, 0);
    expect(found).toBe(true);
    expect(data['text/plain']).toContain('double(n: number): number');
    expect(data['text/plain']).toContain('Doubles a number.');
    expect(data['text/markdown']).toContain('```typescript');
  }
  expect((await interpreter.inspect('   ', 1, 0)).found).toBe(false);
  expect((await interpreter.inspect('nobodyDeclaredIt', 5, 0)).found).toBe(false);
  await run('const carried = { list: [1, 2] }');
  const carried = await interpreter.inspect('carried', 7, 1);
  expect(carried.data['text/plain']).toMatch(/^const carried: \{/);
  expect(carried.data['text/plain']).toContain('Value: Object { list: Array(2) }');
});

test.each([
  ['1 + 1', 'complete', ''],
  ['let a = 5;', 'complete', ''],
  ['', 'complete', ''],
  ['await f()', 'complete', ''],
  ['function f() {', 'incomplete', '  '],
  ['if (a) {\n  while (b) {', 'incomplete', '    '],
  ['f(1,', 'incomplete', '  '],
  ['[1, 2', 'incomplete', '  '],
  ['let x =', 'incomplete', ''],
  ['`text', 'incomplete', ''],
  ['/* comment', 'incomplete', ''],
  ['let = = 5', 'invalid', ''],
  [')', 'invalid', ''],
  ['"open', 'invalid', ''],
  ['f(1))', 'invalid', ''],
])('is %j ready to run? %s', async (code, status, indent) => {
  expect(await interpreter.isComplete(code)).toEqual({ status, indent });
});

test('a list may begin empty in one cell and be used in the next', async () => {
  await run('const losses = []; losses.push(0.5);');
  expect((await run('// @typecheck strict\nlosses.at(-1)')).result).toBe('0.5');
});
