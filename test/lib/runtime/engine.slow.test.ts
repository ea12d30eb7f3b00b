import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeConfig } from '../../../lib/runtime/native/config.ts';
import { findWheel } from '../../../lib/runtime/native/find.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'convbook-engine-'));
afterAll(() => rmSync(folder, { recursive: true }));

let scripts = 0;

/** Runs code in a process of its own, with the loader: an engine can't be changed in one. */
function run(code: string, environment: Record<string, string> = {}, nodeArgs: string[] = []) {
  const file = path.join(folder, `script${++scripts}.ts`);
  const runtime = path.join(root, 'lib/runtime/index.ts');
  writeFileSync(file, `import { startEngine, engineInfo, tf } from ${JSON.stringify(runtime)};\n${code}\n`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeArgs, '--import', path.join(root, 'kernel/loader/register.mjs'), file],
    { encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  return { status, stdout, stderr };
}

describe('starting the engine', () => {
  it('takes TensorFlow, computes, and ends cleanly without a line on stderr', () => {
    const result = run(
      `const info = await startEngine();
       const x = tf.randomNormal([8, 8, 8, 3], 0, 1, 'float32', 1);
       tf.conv2d(x, tf.ones([3, 3, 3, 4]), 1, 'same').sum().dataSync();
       console.log(JSON.stringify([info.engine, engineInfo() === info, info.tried]));`,
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    const [engine, same, tried] = JSON.parse(result.stdout);
    expect(engine).toMatch(/^tensorflow/);
    expect(same).toBe(true);
    expect(tried.at(-1)).toMatchObject({ ok: true });
  });

  it('goes down the ladder where there is no wheel, and says why', () => {
    const result = run(
      `const info = await startEngine(); tf.ones([2]).print(); console.log(JSON.stringify(info));`,
      { CONVBOOK_TENSORFLOW: path.join(folder, 'nowhere') },
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    const info = JSON.parse(result.stdout.trim().split('\n').at(-1)!);
    expect(['webgpu', 'wasm']).toContain(info.engine);
    expect(info.tried[0]).toMatchObject({ engine: 'tensorflow', ok: false });
    expect(info.tried[0].why).toMatch(/nowhere.*does not exist/);
    expect(info.tried[0].remedy).toMatch(/Point CONVBOOK_TENSORFLOW at the folder/);
  });

  it('fails with the remedy where an engine is forced that is not there', () => {
    const fails = (code: string, environment: Record<string, string>) =>
      run(`try { ${code} } catch (error) { console.log(error.message); }`, environment);
    const missing = fails('await startEngine()', {
      CONVBOOK_ENGINE: 'tensorflow',
      CONVBOOK_TENSORFLOW: folder,
    });
    expect(missing.stdout).toMatch(/"tensorflow" was asked for and can't start.*Point CONVBOOK_TENSORFLOW/);
    const unknown = fails('await startEngine()', { CONVBOOK_ENGINE: 'cuda' });
    expect(unknown.stdout).toMatch(/no engine "cuda".*tensorflow-gpu, tensorflow, webgpu, wasm, js/);
    const threads = fails('await startEngine()', { CONVBOOK_THREADS: 'many' });
    expect(threads.stdout).toMatch(/CONVBOOK_THREADS is "many"/);
    const twice = fails(`await startEngine({ engine: 'js' }); await startEngine({ engine: 'wasm' })`, {});
    expect(twice.stdout).toMatch(/"js" already runs.*CONVBOOK_ENGINE=wasm/);
  });

  it('survives libraries that are not TensorFlow', () => {
    const broken = path.join(folder, 'broken');
    mkdirSync(broken);
    for (const name of ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']) {
      writeFileSync(path.join(broken, name), 'not a library');
    }
    const result = run(`console.log(JSON.stringify(await startEngine()))`, { CONVBOOK_TENSORFLOW: broken });
    expect(result.status).toBe(0);
    const info = JSON.parse(result.stdout);
    expect(info.tried[0]).toMatchObject({ engine: 'tensorflow', ok: false });
    expect(info.tried[0].why).toMatch(/did not start: .*(invalid ELF|too short|file)/i);
  });

  it('obeys the limit of threads', () => {
    const result = run(
      `const { threads } = await startEngine();
       const a = tf.ones([1500, 1500]);
       const cpu = process.cpuUsage();
       const start = performance.now();
       for (let i = 0; i < 12; i++) tf.matMul(a, a).dispose();
       const { user, system } = process.cpuUsage(cpu);
       console.log(JSON.stringify([threads, (user + system) / 1000 / (performance.now() - start)]));`,
      { CONVBOOK_THREADS: '1' },
    );
    const [threads, parallel] = JSON.parse(result.stdout);
    expect(threads).toBe(1);
    expect(parallel).toBeLessThan(1.5);
  });
});

describe.runIf(process.platform === 'linux')('a limit of memory', () => {
  it('makes an operation that is too large fail with a sentence; the largest batch is found within it', () => {
    const result = run(
      `import { findBatchSize } from ${JSON.stringify(path.join(root, 'lib/runtime/index.ts'))};
       await startEngine();
       const w = tf.variable(tf.scalar(3));
       const tile = (rows) => tf.tidy(() => tf.tile(tf.ones([1, 1024]), [rows, 1]).square().sum().dataSync()[0]);
       let message = '';
       try { tile(2 ** 20); } catch (error) { message = error.message; }
       const found = await findBatchSize((size) => { w.assign(tf.scalar(size)); tile(size * 1024); });
       console.log(JSON.stringify([message, found, w.dataSync()[0], tile(4)]));`,
      { CONVBOOK_MEMORY: '1500' },
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    const [message, { batchSize, reason }, kept, sum] = JSON.parse(result.stdout);
    expect(message).toMatch(
      /^TensorFlow's Tile failed: OOM when allocating tensor with shape\[1048576,1024\]/,
    );
    expect(reason).toMatch(/^A batch of \d+ ran out of memory\.$/);
    expect([32, 64, 128, 256]).toContain(batchSize);
    expect([kept, sum]).toEqual([3, 4096]);
  });

  it('says so where it is less than the process needs', () => {
    const result = run(
      'try { await startEngine({ memoryMb: 10 }) } catch (error) { console.log(error.message) }',
    );
    expect(result.stdout).toMatch(
      /CONVBOOK_MEMORY is 10 MiB, and the process holds \d+ MiB at start; allow at least \d+00\./,
    );
  });
});

describe('finding the wheel', () => {
  it('looks in .venv of the project, for whichever Python made it', () => {
    const project = path.join(folder, 'project');
    const wheel = path.join(project, '.venv/lib/python3.12/site-packages/tensorflow');
    mkdirSync(wheel, { recursive: true });
    const missing = findWheel({}, 'linux', project);
    expect(missing).toMatchObject({
      found: false,
      why: expect.stringContaining('libtensorflow_framework.so.2'),
    });
    for (const name of ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'])
      writeFileSync(path.join(wheel, name), '');
    expect(findWheel({}, 'linux', project)).toMatchObject({ found: true, folder: wheel });
    expect(findWheel({}, 'darwin', project)).toMatchObject({
      found: false,
      why: expect.stringContaining('dylib'),
    });
    expect(findWheel({}, 'win32', project)).toMatchObject({
      found: false,
      remedy: expect.stringContaining('WSL'),
    });
  });
});

describe('the configuration', () => {
  it('is the protobuf that TensorFlow expects', () => {
    expect([...encodeConfig({})]).toEqual([0x38, 1]);
    expect([...encodeConfig({ intraOpThreads: 2, interOpThreads: 300 })]).toEqual([
      0x10, 2, 0x28, 0xac, 2, 0x38, 1,
    ]);
    expect([...encodeConfig({ memoryGrowth: true })]).toEqual([0x32, 2, 0x20, 1, 0x38, 1]);
    const limited = encodeConfig({ memoryLimitMb: 1024, memoryGrowth: true });
    expect([...limited]).toEqual([0x32, 10, 0x4a, 8, 0x0a, 6, 0x0a, 4, 0, 0, 0x80, 0x44, 0x38, 1]);
    const hidden = encodeConfig({ hideGpu: true });
    expect([...hidden]).toEqual([0x0a, 7, 0x0a, 3, ...Buffer.from('GPU'), 0x10, 0, 0x38, 1]);
  });
});
