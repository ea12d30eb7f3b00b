import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const session = openSession();
const { run } = session;

test('the value of the last expression is the result', async () => {
  expect((await run('1 + 1')).result).toBe('2');
  expect((await run('const a = 5; a * 2;')).result).toBe('10');
  expect((await run('let b = 3')).result).toBeUndefined();
  expect((await run('undefined')).result).toBeUndefined();
  expect((await run("'text'")).result).toContain('text');
  expect((await run('await Promise.resolve(7)')).result).toBe('7');
});

test('silent computes no result', async () => {
  const silent = await run('var kept = 41; kept + 1', { silent: true });
  expect(silent.outcome.status).toBe('ok');
  expect(silent.result).toBeUndefined();
  expect((await run('kept')).result).toBe('41');
});

test('names may be declared again, in any way', async () => {
  const ways = [
    'let n = 1',
    'const n = 2',
    'var n = 3',
    'function n() { return 4 }',
    'class n {}',
    'enum n { A }',
  ];
  for (const first of ways) {
    for (const second of ways) {
      expect((await run(first)).outcome.status).toBe('ok');
      expect((await run(second)).outcome.status, `${first} then ${second}`).toBe('ok');
    }
  }
  expect((await run("import { join as n } from 'node:path'; typeof n")).result).toContain('function');
  expect((await run('let n = 9; n')).result).toBe('9');
});

test('a declaration that failed can be tried again', async () => {
  expect((await run('const late = nowhere()')).error?.ename).toBe('ReferenceError');
  expect((await run('const late = 5; late')).result).toBe('5');
});

test('a constant can not be assigned to, in its cell or later', async () => {
  expect((await run('const fixed = 1; fixed = 2')).error?.evalue).toBe('Assignment to constant variable.');
  expect((await run('fixed = 3')).error?.ename).toBe('TypeError');
  expect((await run('fixed++')).error?.ename).toBe('TypeError');
  expect((await run('(() => { let fixed = 1; fixed = 2; return fixed })()')).result).toBe('2');
  expect((await run('fixed')).result).toBe('1');
  expect((await run('let fixed = 4; fixed = 5; fixed')).result).toBe('5');
});

test('state goes on from cell to cell, closures included', async () => {
  await run('let counter = 0; function increment() { counter++; return counter }');
  await run('increment(); increment()');
  expect((await run('counter')).result).toBe('2');
  await run('function increment() { return "new" }');
  expect((await run('increment()')).result).toContain('new');
});

test.each([
  ['satisfies', 'const s = { a: 1 } satisfies Record<string, number>; s.a', '1'],
  ['enums', 'enum Color { Red, Green = 5 }\nconst enum Small { One = 1 }\nColor[5] + Small.One', 'Green1'],
  ['namespaces', 'namespace Space { export const inner = 3 }\nSpace.inner', '3'],
  ['parameter properties', 'class Point { constructor(readonly x: number) {} }\nnew Point(4).x', '4'],
  ['generics', 'function same<T>(x: T): T { return x }\nsame<number>(6)', '6'],
  ['private names', 'class Secret { #v = 8; get v() { return this.#v } }\nnew Secret().v', '8'],
  ['destructuring with defaults', 'var { q, r: [t = 2] } = { q: 1, r: [] as number[] }; q + t', '3'],
  ['var in loops', 'for (var i = 0; i < 3; i++) { var last = i }\nlast + i', '5'],
  ['generators', 'function* gen() { yield 1; yield 2 }\n[...gen()].length', '2'],
  ['export', 'export const shown = 1; export default function () {}\nexport { shown as other };\nshown', '1'],
  [
    'for await',
    'let sum = 0; for await (const x of (async function* () { yield 1; yield 2 })()) sum += x; sum',
    '3',
  ],
])('the language: %s', async (_name, code, expected) => {
  const ran = await run(code);
  expect(ran.error).toBeUndefined();
  expect(ran.result?.replaceAll("'", '')).toBe(expected);
});

test('`using` disposes at the end of the cell, and its names stay', async () => {
  const ran = await run(
    'const log: string[] = [];\nusing held = { name: "h", [Symbol.dispose]() { log.push("disposed") } };\nlog.push(held.name)',
  );
  expect(ran.error).toBeUndefined();
  expect((await run('log.join()')).result).toContain('h,disposed');
  expect((await run('held.name')).result).toContain('h');
});

test('decorators', async () => {
  const code = `function loud(method: () => string, _context: ClassMethodDecoratorContext) {
  return function (this: unknown) { return method.call(this).toUpperCase() };
}
class Speaker { @loud say() { return 'hello' } }
new Speaker().say()`;
  expect((await run(code)).result).toContain('HELLO');
});

test('a loop over variables of the cell', async () => {
  let expected = 0;
  for (let i = 0; i < 3e6; i++) expected += i % 7;
  const code = 'let total = 0, step = 0; for (step = 0; step < 3e6; step++) { total += step % 7 } total';
  expect((await run(code)).result).toBe(String(expected));
});

test('user expressions are evaluated after the cell, each on its own', async () => {
  const { outcome } = await run('let five = 5', { userExpressions: { a: 'five * 2', b: 'missing', c: '(' } });
  expect(outcome).toMatchObject({
    status: 'ok',
    userExpressions: {
      a: { status: 'ok', data: { 'text/plain': '10' } },
      b: { status: 'error', ename: 'ReferenceError' },
      c: { status: 'error', ename: 'SyntaxError' },
    },
  });
});

test('an empty cell, and one of comments, is fine', async () => {
  expect((await run('')).outcome.status).toBe('ok');
  expect((await run('// nothing\n/* at all */')).outcome.status).toBe('ok');
});

test('values that can not be shown do not fail the cell', async () => {
  const ran = await run(
    'new Proxy({}, { get() { throw new Error("no") }, ownKeys() { throw new Error("no") } })',
  );
  expect(ran.outcome.status).toBe('ok');
  expect(ran.result).toBeDefined();
});

test('cells given at once run one after the other', async () => {
  const all = await Promise.all([run('let order = "a"'), run('order += "b"'), run('order += "c"; order')]);
  expect(all[2]!.result).toContain('abc');
});

test('a name that hides a global hides it from cells only', async () => {
  const code = `let process = 5, Promise = { a: process }, console = { Promise };
const performance = ({ Map }: { Map: number }) => Map;
function fetch(URL = 2) { return [performance({ Map: URL }), { process }] }
class Buffer { process = process; static of(fetch: number) { return new Buffer().process + fetch } }
for (const [setTimeout, { Error: Symbol = 1 }] of [[1, {}]] as any) { process += setTimeout + Symbol }
const { Set, ...URLSearchParams } = { Set: 1, x: 2 };
label: for (;;) { break label }
[process, console.Promise.a, fetch()[0], Buffer.of(1), Buffer.name, fetch.name, performance.name, Set, URLSearchParams.x].join(' ')`;
  const ran = await run(code);
  expect(ran.error).toBeUndefined();
  expect(ran.result).toContain('7 5 2 8 Buffer fetch performance 1 2');
  const later = await run(
    "import { readFileSync } from 'node:fs'; await null; process += 1; [process, typeof readFileSync, typeof globalThis.process].join()",
  );
  expect(later.result).toContain('8,function,object');
  expect((await run('console.log("no")')).error?.evalue).toBe('console.log is not a function');
  expect((await run('let console = globalThis.console; console.log("again")')).stdout).toBe('again\n');
  expect((await run('const WebSocket = nowhere')).error?.ename).toBe('ReferenceError');
  expect((await run('WebSocket')).error?.evalue).not.toContain('$cell');
});

test('forms that say nothing here are no mistakes: a #! line, an empty import, an empty export', async () => {
  expect((await run("#!/usr/bin/env node\n'script'")).result).toBe("'script'");
  expect((await run("import {} from 'node:path'; import 'node:fs'; export {}; 1")).result).toBe('1');
  expect((await run("#!/x\nthrow new Error('second line')")).error?.traceback[1]).toMatch(/line 2$/);
});
