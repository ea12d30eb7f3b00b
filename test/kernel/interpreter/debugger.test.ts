import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { murmur2 } from '../../../kernel/interpreter/debugger/hash.ts';
import { closeAfterEach, openSession, type Session } from './harness.ts';

closeAfterEach();

let seq = 0;
async function request(session: Session, command: string, args: object = {}): Promise<any> {
  const reply: any = await session.interpreter.debug({
    seq: ++seq,
    type: 'request',
    command,
    arguments: args,
  });
  expect(reply).toMatchObject({ type: 'response', request_seq: seq, command });
  return reply;
}

async function attach(session: Session): Promise<void> {
  await session.interpreter.start();
  expect((await request(session, 'initialize')).body.supportsConfigurationDoneRequest).toBe(true);
  expect((await request(session, 'attach')).success).toBe(true);
  await request(session, 'configurationDone');
}

const stopped = (session: Session) => nextEvent(session, 'stopped');
async function nextEvent(session: Session, name: string): Promise<any> {
  const found = await session.until(
    (event) => event.type === 'debug_event' && (event.content as any).event === name,
  );
  session.events.splice(session.events.indexOf(found), 1);
  return (found as { content: unknown }).content;
}

test('the hash is that of JupyterLab', () => {
  // The values are those of ipykernel's implementation; the texts leave 0 to 3 bytes over.
  const texts = ['', 'a', 'ab', 'abc', 'abcd'];
  expect(texts.map((text) => murmur2(text, 0))).toEqual([0, 2456313694, 446775395, 324500635, 646393889]);
  expect(murmur2('let a = 1;\nconsole.log(a)', 0x5ca1ab1e)).toBe(501759431);
  expect(murmur2('π 😀', 7)).toBe(1811167657);
});

test('a breakpoint stops in a line of the cell; frames, scopes and variables are there; it goes on', async () => {
  const session = openSession();
  await attach(session);
  const code =
    'interface Gone { x: number }\nfunction add(a: number, b: number): number {\n  const sum = a + b;\n  return sum;\n}\nconst total = add(2, 3);\ntotal';
  const { sourcePath } = (await request(session, 'dumpCell', { code })).body;
  const info = (await request(session, 'debugInfo')).body;
  expect(info).toMatchObject({ isStarted: true, hashMethod: 'Murmur2', stoppedThreads: [] });
  expect(sourcePath).toBe(`${info.tmpFilePrefix}${murmur2(code, info.hashSeed)}${info.tmpFileSuffix}`);
  const set = await request(session, 'setBreakpoints', {
    source: { path: sourcePath },
    breakpoints: [{ line: 4 }],
  });
  expect(set.body.breakpoints).toMatchObject([{ verified: true, line: 4 }]);

  const done = session.run(code);
  expect((await stopped(session)).body).toMatchObject({ reason: 'breakpoint', threadId: 1 });
  const { stackFrames } = (await request(session, 'stackTrace', { threadId: 1 })).body;
  expect(stackFrames[0]).toMatchObject({ name: 'add', line: 4, source: { path: sourcePath } });
  expect(stackFrames[1]).toMatchObject({ line: 6 });
  const { scopes } = (await request(session, 'scopes', { frameId: stackFrames[0].id })).body;
  const { variables } = (
    await request(session, 'variables', { variablesReference: scopes[0].variablesReference })
  ).body;
  expect(variables).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'sum', value: '5' })]));
  const evaluated = await request(session, 'evaluate', { expression: 'a * 100', frameId: stackFrames[0].id });
  expect(evaluated.body.result).toBe('200');
  expect((await request(session, 'source', { source: { path: sourcePath } })).body.content).toBe(code);

  await request(session, 'next', { threadId: 1 });
  await stopped(session);
  await request(session, 'continue', { threadId: 1 });
  expect((await done).result).toBe('5');
});

test('a breakpoint in a function of an earlier cell', async () => {
  const session = openSession();
  await attach(session);
  const code = 'function later(n: number) {\n  return n + 1;\n}';
  await session.run(code);
  const { sourcePath } = (await request(session, 'dumpCell', { code })).body;
  await request(session, 'setBreakpoints', { source: { path: sourcePath }, breakpoints: [{ line: 2 }] });
  const done = session.run('later(1)');
  await stopped(session);
  await request(session, 'continue');
  expect((await done).result).toBe('2');
});

test('variables of the notebook, with shapes of tensors', async () => {
  const session = openSession();
  await attach(session);
  await session.run(
    'let count = 3; const list = [1, 2]; class Tensor { shape = [2, 3]; dtype = "float32"; size = 6 }; const t = new Tensor(); const failed = 1',
  );
  const { variables } = (await request(session, 'inspectVariables')).body;
  const by = Object.fromEntries(variables.map((v: any) => [v.name, v]));
  // A type would stand in the place of the value in JupyterLab's tree.
  expect(by.count).toEqual({ name: 'count', value: '3', evaluateName: 'count', variablesReference: 0 });
  expect(by.t.value).toBe('Tensor float32 [2,3], 24 bytes');
  const inner = (await request(session, 'variables', { variablesReference: by.list.variablesReference })).body
    .variables;
  expect(inner).toEqual(expect.arrayContaining([expect.objectContaining({ name: '1', value: '2' })]));
  const rich = (await request(session, 'richInspectVariables', { variableName: 'list' })).body;
  expect(rich.data['text/plain']).toContain('1');
});

test('an error can stop the cell, and tells what it is', async () => {
  const session = openSession();
  await attach(session);
  await request(session, 'setExceptionBreakpoints', { filters: ['all'] });
  const done = session.run('const before = 1;\nthrow new RangeError("stop here");');
  expect((await stopped(session)).body.reason).toBe('exception');
  expect((await request(session, 'exceptionInfo', { threadId: 1 })).body.description).toContain('stop here');
  await request(session, 'continue');
  expect((await done).error?.ename).toBe('RangeError');
});

async function pathOf(session: Session, code: string): Promise<string> {
  return (await request(session, 'dumpCell', { code })).body.sourcePath;
}

async function breakAt(session: Session, path: string, ...breakpoints: object[]): Promise<any[]> {
  return (await request(session, 'setBreakpoints', { source: { path }, breakpoints })).body.breakpoints;
}

const frames = async (session: Session): Promise<any[]> =>
  (await request(session, 'stackTrace', { threadId: 1 })).body.stackFrames;

const sideFile = `interface Gone { x: number }

/** Twice a number. */
export function twice(x: number): number {
  const doubled: number = x * 2;
  return doubled;
}
`;

describe('a file that a cell imports', () => {
  test('stops at a breakpoint set before it was loaded; the frame names the file and its line', async () => {
    const session = openSession();
    session.write('side.ts', sideFile);
    await attach(session);
    const path = join(session.folder, 'side.ts');
    expect(await breakAt(session, path, { line: 5 })).toMatchObject([{ verified: true, line: 5 }]);
    const done = session.run("import { twice } from './side.ts';\ntwice(21)");
    expect((await stopped(session)).body.reason).toBe('breakpoint');
    const [top, below] = await frames(session);
    expect(top).toMatchObject({ name: 'twice', line: 5, source: { path, name: 'side.ts' } });
    expect(below).toMatchObject({ line: 2, source: { name: 'Cell [1]' } });
    expect((await request(session, 'source', { source: { path } })).body.content).toBe(sideFile);
    expect((await request(session, 'evaluate', { expression: 'x', frameId: top.id })).body.result).toBe('21');
    expect((await request(session, 'modules')).body.modules).toMatchObject([{ name: 'side.ts', path }]);
    await request(session, 'next');
    expect((await stopped(session)).body.reason).toBe('step');
    expect((await frames(session))[0]).toMatchObject({ line: 6, source: { path } });
    await request(session, 'stepOut');
    await stopped(session);
    expect((await frames(session))[0]).toMatchObject({ line: 2, source: { name: 'Cell [1]' } });
    await request(session, 'continue');
    expect((await done).result).toBe('42');
  });

  test('can be stepped into from the cell, but not packages', async () => {
    const session = openSession();
    session.write('side.ts', sideFile);
    await attach(session);
    await session.run("import { twice } from './side';\nimport ts from 'typescript'");
    const code = 'const name = ts.tokenToString(ts.SyntaxKind.PlusToken);\nconst made = twice(4);\nmade';
    await breakAt(session, await pathOf(session, code), { line: 1 });
    const done = session.run(code);
    await stopped(session);
    await request(session, 'stepIn');
    await stopped(session);
    expect((await frames(session))[0]).toMatchObject({ line: 2, source: { name: 'Cell [2]' } });
    await request(session, 'stepIn');
    await stopped(session);
    expect((await frames(session))[0]).toMatchObject({ name: 'twice', source: { name: 'side.ts' } });
    await request(session, 'continue');
    expect((await done).result).toBe('8');
  });

  test('keeps its breakpoints when it was loaded before, and when it is edited', async () => {
    const session = openSession();
    session.write('side.ts', sideFile);
    const path = join(session.folder, 'side.ts');
    await session.run("import { twice } from './side.ts'");
    await attach(session);
    await breakAt(session, path, { line: 6 });
    const first = session.run('twice(1)');
    await stopped(session);
    expect((await frames(session))[0]).toMatchObject({ line: 6, source: { path } });
    await request(session, 'continue');
    await first;
    session.write(
      'side.ts',
      sideFile.replace('interface Gone { x: number }', 'type Gone = 1;\ntype Other = 2;'),
    );
    const second = session.run("import { twice as again } from './side.ts';\nagain(1)");
    await stopped(session);
    expect((await frames(session))[0]).toMatchObject({ name: 'twice', line: 6, source: { path } });
    await request(session, 'continue');
    await second;
    expect(await breakAt(session, path, { line: 99 })).toMatchObject([{ verified: false }]);
  });
});

test('a condition decides, and may be TypeScript', async () => {
  const session = openSession();
  await attach(session);
  const code = 'const performance = 3;\nlet hits = 0;\nfor (let i = 0; i < 5; i++) {\n  hits++;\n}\nhits';
  await breakAt(session, await pathOf(session, code), {
    line: 4,
    condition: 'i === (performance as number)',
  });
  const done = session.run(code);
  await stopped(session);
  expect((await request(session, 'evaluate', { expression: 'i' })).body.result).toBe('3');
  await request(session, 'continue');
  expect((await done).result).toBe('5');
});

test('a logpoint prints and does not stop', async () => {
  const session = openSession();
  await attach(session);
  const code = 'for (let i = 0; i < 4; i++) {\n  Math.sqrt(i);\n}\nconsole.log("end")';
  const logMessage = 'i is {i}, its square {i * i}, and {nothing}';
  await breakAt(session, await pathOf(session, code), { line: 2, logMessage, condition: 'i % 2 === 1' });
  expect((await session.run(code)).stdout).toBe(
    'i is 1, its square 1, and [nothing is not defined]\ni is 3, its square 9, and [nothing is not defined]\nend\n',
  );
});

test('only errors that nobody catches stop the cell, where that is asked for', async () => {
  const session = openSession();
  await attach(session);
  await request(session, 'setExceptionBreakpoints', { filters: ['uncaught'] });
  const caught = await session.run(
    'try { throw new Error("caught"); } catch { 1 }\nawait Promise.reject(2).catch(() => 3)',
  );
  expect(caught.outcome.status).toBe('ok');
  const done = session.run('function fails() {\n  throw new TypeError("not caught");\n}\nfails()');
  expect((await stopped(session)).body).toMatchObject({
    reason: 'exception',
    text: expect.stringContaining('not caught'),
  });
  expect((await frames(session))[0]).toMatchObject({ name: 'fails', line: 2 });
  await request(session, 'continue');
  expect((await done).error?.ename).toBe('TypeError');
  // Behind an await V8 knows of no frame below; the one that waits may catch it, or not.
  const later = 'async function late() {\n  await null;\n  throw new RangeError("late");\n}\n';
  expect((await session.run(`${later}try { await late() } catch { 4 }`)).outcome.status).toBe('ok');
  const open = session.run(`${later}await late()`);
  await stopped(session);
  expect((await frames(session))[0]).toMatchObject({ name: 'late', line: 3 });
  await request(session, 'continue');
  expect((await open).error?.ename).toBe('RangeError');
});

test('variables of a frame, of the notebook and of objects can be set', async () => {
  const session = openSession();
  await attach(session);
  await session.run('let shared = 1');
  const code =
    'function f(a: number) {\n  const o = { x: 1 };\n  let b = 2;\n  return a + b + o.x + shared;\n}\nf(10)';
  await breakAt(session, await pathOf(session, code), { line: 4 });
  const done = session.run(code);
  await stopped(session);
  const [{ id }] = await frames(session);
  const { scopes } = (await request(session, 'scopes', { frameId: id })).body;
  const byName = Object.fromEntries(scopes.map((scope: any) => [scope.name, scope.variablesReference]));
  const list = async (variablesReference: number) =>
    (await request(session, 'variables', { variablesReference })).body.variables;
  const o = (await list(byName.Local)).find(({ name }: any) => name === 'o');
  const set = (variablesReference: number, name: string, value: string) =>
    request(session, 'setVariable', { variablesReference, name, value });
  expect((await set(byName.Local, 'b', 'a * (2 as number)')).body).toMatchObject({ value: '20' });
  expect((await set(byName.Notebook, 'shared', '100')).success).toBe(true);
  expect((await set(o.variablesReference, 'x', '3000')).success).toBe(true);
  expect(await set(byName.Local, 'missing', '1')).toMatchObject({ success: false });
  await request(session, 'continue');
  expect((await done).result).toBe('3130');
  expect((await session.run('shared')).result).toBe('100');
});

test('a variable of a frame can be copied to the notebook', async () => {
  const session = openSession();
  await attach(session);
  const code = 'function g() {\n  const inner = { deep: [1, 2] };\n  return inner.deep.length;\n}\ng()';
  await breakAt(session, await pathOf(session, code), { line: 3 });
  const done = session.run(code);
  await stopped(session);
  const [{ id }] = await frames(session);
  const copy = { srcVariableName: 'inner', dstVariableName: 'copied', srcFrameId: id };
  expect((await request(session, 'debugInfo')).body.copyToGlobals).toBe(true);
  expect((await request(session, 'copyToGlobals', copy)).success).toBe(true);
  expect(
    (await request(session, 'richInspectVariables', { variableName: 'inner', frameId: id })).body.data,
  ).toMatchObject({
    'text/plain': expect.stringContaining('deep'),
  });
  expect(await request(session, 'copyToGlobals', { ...copy, dstVariableName: 'a b' })).toMatchObject({
    success: false,
  });
  await request(session, 'continue');
  await done;
  expect((await session.run('copied.deep[1]')).result).toBe('2');
  expect((await session.run('// @typecheck strict\ncopied.deep')).outcome.status).toBe('ok');
});

test('an interrupt ends a cell that stands at a breakpoint; disconnecting lets it go on', async () => {
  const session = openSession();
  await attach(session);
  const code = 'let turn = 0;\nturn = 1;\nturn = 2;';
  const { sourcePath } = (await request(session, 'dumpCell', { code })).body;
  await request(session, 'setBreakpoints', { source: { path: sourcePath }, breakpoints: [{ line: 2 }] });
  const first = session.run(code);
  await stopped(session);
  session.interpreter.interrupt();
  await first;
  const second = session.run(code);
  await stopped(session);
  await request(session, 'disconnect');
  expect((await second).outcome.status).toBe('ok');
  expect((await request(session, 'debugInfo')).body.isStarted).toBe(false);
});

test('requests that make no sense are refused with a sentence', async () => {
  const session = openSession();
  await session.interpreter.start();
  expect(await request(session, 'nonsense')).toMatchObject({ success: false });
  expect((await request(session, 'scopes', { frameId: 3 })).message).toContain('Nothing is stopped');
  expect(await session.interpreter.debug(null)).toMatchObject({ success: false });
});
