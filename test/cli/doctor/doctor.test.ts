import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findData } from '../../../cli/doctor/data.ts';
import { readEngine } from '../../../cli/doctor/engine.mjs';
import { findings } from '../../../cli/doctor/findings.mjs';
import { distributions } from '../../../cli/doctor/installed.mjs';
import { type Diagnosis, render } from '../../../cli/doctor/report.mjs';
import { parseGpus } from '../../../cli/doctor/system.mjs';
import { fromRoot } from '../../../cli/setup/paths.mjs';

async function doctor(...args: string[]) {
  const command = [fromRoot('bin', 'convbook.mjs'), 'doctor', ...args];
  // It answers by its exit code too, where something is missing on the machine that runs the tests.
  return promisify(execFile)(process.execPath, command).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
}

describe('doctor', () => {
  it('answers in JSON, whole and true of this machine', async () => {
    const { code, stdout } = await doctor('--json');
    const seen = JSON.parse(stdout) as Diagnosis;
    expect(Object.keys(seen)).toEqual([
      'convbook',
      'system',
      'node',
      'npm',
      'installed',
      'gpu',
      'engine',
      'data',
      'problems',
      'advice',
    ]);
    expect(seen.node).toEqual({ version: process.versions.node, path: process.execPath, ok: true });
    expect(seen.system.cores).toBeGreaterThan(0);
    expect(seen.system.freeMemoryMb).toBeLessThanOrEqual(seen.system.memoryMb);
    expect(seen.engine).toMatchObject({ engine: expect.any(String), tried: expect.any(Array) });
    expect(seen.data.map((one) => one.id)).toEqual(['mnist', 'fashion-mnist', 'cifar-10']);
    for (const { what, remedy } of [...seen.problems, ...seen.advice])
      expect([what, remedy]).not.toContain('');
    expect(code).toBe(seen.problems.length === 0 ? 0 : 1);
    const text = render(seen);
    for (const word of ['engine', 'JupyterLab', 'TensorFlow', 'data mnist', 'GPU'])
      expect(text).toContain(word);
  });

  it('outlives an engine that takes its process down', () => {
    expect(readEngine(132, 'log line\nIllegal instruction')).toEqual({
      error: 'The process that starts the engine ended with code 132: Illegal instruction',
    });
    expect(readEngine(0, 'noise\n{"engine":"wasm"}\n')).toEqual({ engine: 'wasm' });
    expect(readEngine(0, '{"engine":')).toHaveProperty('error');
  });

  it('reads the versions that are installed from their records', () => {
    expect(
      distributions(['tensorflow_cpu-2.21.0.dist-info', 'jupyter_client-8.10.0.dist-info', 'numpy']),
    ).toEqual({
      'tensorflow-cpu': '2.21.0',
      'jupyter-client': '8.10.0',
    });
  });

  it("reads nvidia-smi's answer", () => {
    expect(parseGpus('NVIDIA H100 80GB HBM3, 81559, 580.82.07\nTesla T4, 15360, 535.1\n')).toEqual([
      { name: 'NVIDIA H100 80GB HBM3', memoryMb: 81559, driver: '580.82.07' },
      { name: 'Tesla T4', memoryMb: 15360, driver: '535.1' },
    ]);
    expect(parseGpus('')).toEqual([]);
  });

  it('finds data under any of the names that the loaders take', () => {
    const files = new Set(['/d/cifar-10/data_batch_1.bin.gz', '/d/cifar-10/test_batch.bin']);
    const all = /^\/d\/mnist\//;
    const found = findData(
      { CONVBOOK_DATA: '/d', CONVBOOK_CACHE: '/c' },
      (path) => files.has(path) || all.test(path),
    );
    expect(found.map(({ id, found: how, folder }) => [id, how, folder])).toEqual([
      ['mnist', 'all', '/d/mnist'],
      ['fashion-mnist', 'none', null],
      ['cifar-10', 'partly', '/d/cifar-10'],
    ]);
    expect(found[1].searched).toEqual(['/d/fashion-mnist', '/c/fashion-mnist']);
  });
});

describe('what doctor advises', () => {
  const engine = { engine: 'wasm', version: '', device: 'CPU', threads: 1, reason: '', tried: [] };
  const seen = {
    convbook: { version: '0', root: '/' },
    system: {
      platform: 'linux' as const,
      arch: 'x64' as const,
      release: '',
      cores: 2,
      cpu: '',
      memoryMb: 8000,
      freeMemoryMb: 4000,
      diskFreeMb: 9000,
    },
    node: { version: '22.0.0', path: '', ok: true },
    npm: { version: '11' },
    installed: {
      npmPackages: true,
      environment: { path: '/.venv', python: '3.12.1', variant: 'cpu', ready: true },
      jupyter: {},
      tensorflow: { package: null, version: null, path: null },
      kernel: { registered: true, spec: null, node: null },
    },
    gpu: { driver: false, devices: [] },
    engine,
    data: [],
  };

  it('is nothing where all is well', () => {
    expect(findings(seen)).toEqual({ problems: [], advice: [] });
  });

  it('is the set-up for whatever of it is missing', () => {
    const installed = {
      ...seen.installed,
      npmPackages: false,
      environment: { ...seen.installed.environment, ready: false },
    };
    const { problems } = findings({ ...seen, installed, engine: { error: 'No engine' } });
    expect(problems.map(({ remedy }) => remedy)).toEqual(['npm run setup', 'npm run setup', 'npm run setup']);
  });

  it('is the GPU wheel where a driver is idle', () => {
    const { advice } = findings({ ...seen, gpu: { driver: true, devices: [] } });
    expect(advice).toEqual([
      { what: expect.stringContaining('CPU wheel'), remedy: 'npm run setup -- --gpu' },
    ]);
  });

  it("is each rung's own remedy, room and data", () => {
    const tried = [
      { engine: 'tensorflow', ok: false, why: 'no wheel', remedy: 'npm run setup' },
      { engine: 'webgpu', ok: false, why: 'no adapter', remedy: '' },
    ];
    const { advice } = findings({
      ...seen,
      engine: { ...engine, tried },
      system: { ...seen.system, diskFreeMb: 10, memoryMb: 2000 },
      data: [{ id: 'mnist', title: 'MNIST', found: 'none', folder: null, searched: [] }],
    });
    expect(advice.map(({ remedy }) => remedy)).toEqual([
      'npm run setup',
      'free some space',
      'use small batches and close other kernels',
      'npx convbook data get mnist',
    ]);
  });
});
