import { expect, test } from 'vitest';
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
  expect(variables).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: 'sum', value: '5', type: 'number' })]),
  );
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
  expect(by.count).toMatchObject({ value: '3', type: 'number', variablesReference: 0 });
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
