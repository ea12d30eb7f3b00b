import { expect, test } from 'vitest';
import { closeAfterEach, openSession } from './harness.ts';

closeAfterEach();

test.each([
  ['process.exit()', 'process.exit(3)', /process\.exit\(3\)/],
  [
    'a crash in native code',
    'process.kill(process.pid, "SIGSEGV"); for (;;) {}',
    /crashed in native code \(SIGSEGV\)/,
  ],
  ['a kill', 'process.kill(process.pid, "SIGKILL"); for (;;) {}', /killed/],
  ['an abort', 'process.abort()', /SIGABRT/],
  ['a polite end', 'process.kill(process.pid, "SIGTERM"); for (;;) {}', /ended by the signal SIGTERM/],
])('%s ends the cell with an error that says so, and the next cell runs', async (_name, code, reason) => {
  const session = openSession();
  await session.run('let lost = 1');
  const { error } = await session.run(`console.log("before"); ${code}`);
  expect(error?.ename).toBe('RunnerExited');
  expect(error?.evalue).toMatch(reason);
  expect(session.events.filter((event) => event.type === 'restarted')).toHaveLength(1);
  expect(session.events.some((event) => event.type === 'stream' && event.text.includes('before'))).toBe(true);
  expect((await session.run('typeof lost')).result).toContain('undefined');
  expect((await session.run('const lost = 2; lost')).result).toBe('2');
});

test('running out of heap is named', async () => {
  process.env['NODE_OPTIONS'] = '--max-old-space-size=40';
  try {
    const session = openSession();
    const { error } = await session.run(
      'const all: number[][] = []; for (;;) all.push(new Array(100_000).fill(0.5))',
    );
    expect(error?.evalue).toMatch(/ran out of memory/);
    expect((await session.run('1')).result).toBe('1');
  } finally {
    delete process.env['NODE_OPTIONS'];
  }
});

test('an exit between cells restarts too', async () => {
  const session = openSession();
  await session.run('setTimeout(() => process.exit(0), 20); 1');
  await session.until((event) => event.type === 'restarted');
  expect((await session.run('5')).result).toBe('5');
});

test('shutdown ends a cell that computes', async () => {
  const session = openSession();
  const done = session.run('console.log("on"); for (;;) {}');
  await session.until((event) => event.type === 'stream');
  await session.interpreter.shutdown();
  expect((await done).outcome.status).toBe('error');
});

test('a cell that replaces JSON breaks itself only', async () => {
  const session = openSession();
  const ran = await session.run(
    'JSON.stringify = () => "broken"; JSON.parse = () => "broken"; console.log("out"); 6',
  );
  expect(ran).toMatchObject({ stdout: 'out\n', result: '6' });
  expect((await session.run('7')).result).toBe('7');
});

test('a cell that is nested too deeply to be compiled is told so, and the next cell runs', async () => {
  const session = openSession();
  const { error } = await session.run(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(error).toMatchObject({ ename: 'RangeError', evalue: expect.stringContaining('nested too deeply') });
  expect((await session.run('8')).result).toBe('8');
});
