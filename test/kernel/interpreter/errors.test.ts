import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const session = openSession();
const { run } = session;

test('a traceback names the cell and the line, shows it, and points at it', async () => {
  const { error } = await run('const fine = 1;\n  throw new RangeError("too far")');
  expect(error).toMatchObject({ ename: 'RangeError', evalue: 'too far' });
  expect(error!.traceback[0]).toBe('RangeError: too far');
  expect(error!.traceback[1]).toMatch(/^ {2}Cell \[1\], line 2/);
  expect(error!.traceback[2]).toContain('throw new RangeError');
  expect(error!.traceback[3]!.indexOf('^')).toBe(error!.traceback[2]!.indexOf('new RangeError'));
});

test('a function of an earlier cell is shown in its own cell', async () => {
  const made = await run(
    'interface Unused { a: number }\n\nfunction breaks(x: number): never {\n  throw new Error("deep " + x);\n}',
  );
  const called = await run('// call it\nbreaks(3)');
  const text = called.error!.traceback.join('\n');
  expect(text).toContain(`Cell [${made.id - 100}], line 4, in breaks`);
  expect(text).toContain('throw new Error("deep " + x)');
  expect(text).toContain(`Cell [${called.id - 100}], line 2`);
});

test('frames of the kernel and of Node are left out', async () => {
  const { error } = await run('await (async () => { await null; JSON.parse("{") })()');
  expect(error!.ename).toBe('SyntaxError');
  expect(error!.traceback.join('\n')).not.toMatch(/node:internal|\.cache|__convbook/);
});

test('a syntax error shows the message of TypeScript and its place', async () => {
  const { error } = await run('let ok = 1;\nlet x = ;');
  expect(error!.ename).toBe('SyntaxError');
  expect(error!.evalue).toBe('Expression expected.');
  expect(error!.traceback.join('\n')).toContain('line 2');
});

test('what V8 alone refuses is a syntax error at its line', async () => {
  const { error } = await run('let twice = 1;\nlet twice = 2;');
  expect(error!.ename).toBe('SyntaxError');
  expect(error!.evalue).toContain('twice');
  expect(error!.traceback.join('\n')).toMatch(/line [12]/);
});

test.each([
  ['throw 5', 'number', '5'],
  ['throw "text"', 'string', 'text'],
  ['throw null', 'null', 'null'],
  ['throw { a: 1 }', 'object', '{ a: 1 }'],
  ['await Promise.reject(new TypeError("rejected"))', 'TypeError', 'rejected'],
  ['throw Object.assign(new Error("m"), { name: "Custom" })', 'Custom', 'm'],
  ['throw new Proxy({}, { get() { throw new Error("trap") } })', 'object', ''],
])('%s', async (code, ename, evalue) => {
  const { error } = await run(code);
  expect(error?.ename).toBe(ename);
  expect(error?.evalue).toContain(evalue);
});

test('the cause and the errors of an aggregate are part of the traceback', async () => {
  const { error } = await run('throw new Error("outer", { cause: new TypeError("inner") })');
  expect(error!.traceback.join('\n')).toMatch(/outer[\s\S]*Caused by:[\s\S]*TypeError: inner/);
  const many = await run(
    'await Promise.any([Promise.reject(new Error("one")), Promise.reject(new Error("two"))])',
  );
  expect(many.error!.traceback.join('\n')).toMatch(/one[\s\S]*two/);
});

test('an import that fails points at its line', async () => {
  const { error } = await run("let before = 1;\nimport { x } from './not-there';\nx");
  const text = error!.traceback.join('\n');
  expect(text).toContain('line 2');
  expect(text).toContain("import { x } from './not-there'");
  const missing = await run("import { nothing } from 'node:path';\nnothing");
  expect(missing.error).toMatchObject({ ename: 'SyntaxError' });
  expect(missing.error!.evalue).toContain("no export named 'nothing'");
});

test('frames inside convbook and inside packages are left out where the cell called them', async () => {
  const { error } = await run("import { Dense } from 'convbook';\nnew Dense({ units: 2.5 })");
  const text = error!.traceback.join('\n');
  expect(text).toMatch(/Cell \[\d+\], line 2/);
  expect(text).not.toMatch(/lib\/layers|node_modules/);
});

test('an error in a side file is shown in its TypeScript', async () => {
  session.write(
    'side.ts',
    'type A = number;\n\nexport function inside(a: A): never {\n  throw new Error("side " + a);\n}\n',
  );
  const { error } = await run("import { inside } from './side';\ninside(1)");
  const text = error!.traceback.join('\n');
  expect(text).toMatch(/side\.ts, line 4, in inside/);
  expect(text).toContain('throw new Error("side "');
});

test('a printed stack is in lines of the cell', async () => {
  const { stdout } = await run('type Gone = 1;\n\nconsole.log(new Error("seen").stack)');
  expect(stdout).toMatch(/Error: seen\n {4}at Cell \[\d+\]:3:/);
});

test('a rejection that nobody handles, and a throw in a timer, are shown under their cell', async () => {
  const rejected = await run('void Promise.reject(new Error("nobody cares")); 1');
  expect(rejected.outcome.status).toBe('ok');
  const late = await session.until((event) => event.type === 'late_error' && event.cell === rejected.id);
  expect(late).toMatchObject({ error: { ename: 'Error', evalue: 'nobody cares' } });
  const timed = await run('setTimeout(() => { throw new RangeError("in a timer") }, 20); 1');
  await run('1');
  const thrown = await session.until((event) => event.type === 'late_error' && event.cell === timed.id);
  expect(thrown).toMatchObject({ error: { ename: 'RangeError' } });
});

test('what goes wrong late belongs to its own cell, also while another runs', async () => {
  const early = await run(
    'setTimeout(() => void Promise.reject(new Error("early one")), 60); setTimeout(() => { throw new Error("early two") }, 80)',
  );
  await run('await new Promise((r) => setTimeout(r, 200))');
  const late = session.events.filter(
    (event) => event.type === 'late_error' && /early/.test(event.error.evalue),
  );
  expect(late).toMatchObject([{ cell: early.id }, { cell: early.id }]);
});
