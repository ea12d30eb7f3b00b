import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEnvironment, readMarker } from '../../../cli/setup/environment.mjs';
import { findMissing, isComplete, plan, setUp, wantsCpu } from '../../../cli/setup/index.mjs';
import { registerJupyter } from '../../../cli/setup/jupyter.mjs';
import { installNpm } from '../../../cli/setup/npm.mjs';
import { installPackages, requirementsFile } from '../../../cli/setup/packages.mjs';
import { environmentPaths } from '../../../cli/setup/paths.mjs';
import { findPython } from '../../../cli/setup/python.mjs';
import { createReport, type Status } from '../../../cli/setup/report.mjs';
import { hash, writeStamp } from '../../../cli/setup/stamp.mjs';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'convbook-root-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const silent: Status = { update: () => {}, done: () => {}, fail: () => {} };
const write = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** A checkout in which everything is set up, with a Python that only says yes. */
function complete() {
  const packages = { '': {}, 'node_modules/a': { version: '1.0.0' } };
  write(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  write(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  const { python, marker } = environmentPaths(root);
  write(python, '#!/bin/sh\nexit 0\n');
  chmodSync(python, 0o755);
  const requirements = hash(readFileSync(requirementsFile('cpu')));
  writeStamp(marker, { root, python: '3.12.0', state: 'ready', variant: 'cpu', requirements });
  registerJupyter(root);
}

describe('what the set-up finds missing', () => {
  it('is everything in a fresh clone', () => {
    write(join(root, 'package-lock.json'), '{"packages": {}}');
    const missing = findMissing(root, 'cpu');
    expect(missing).toEqual({ npm: true, environment: 'not there yet', packages: true, jupyter: true });
  });

  it('is nothing once it is done, and then nothing is said or written', async () => {
    complete();
    expect(isComplete(findMissing(root, 'cpu'))).toBe(true);
    const said: string[] = [];
    const report = createReport({ stream: { write: (text: string) => said.push(text) } });
    expect(await setUp({ cpu: true }, { root, report })).toEqual({ changed: false, variant: 'cpu' });
    expect(said).toEqual([]);
  });

  it('is the npm packages alone after the lock file changed', () => {
    complete();
    const packages = { '': {}, 'node_modules/a': { version: '1.0.1' } };
    write(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    expect(findMissing(root, 'cpu')).toEqual({
      npm: true,
      environment: null,
      packages: false,
      jupyter: false,
    });
  });

  it('is the Python packages alone for another wheel', () => {
    complete();
    expect(findMissing(root, 'cuda')).toEqual({
      npm: false,
      environment: null,
      packages: true,
      jupyter: false,
    });
  });

  it('is the registration alone where the kernel was removed or Node moved', () => {
    complete();
    const spec = join(environmentPaths(root).kernel, 'kernel.json');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace(process.execPath, '/gone/node'));
    expect(findMissing(root, 'cpu')).toEqual({
      npm: false,
      environment: null,
      packages: false,
      jupyter: true,
    });
  });

  it('is the whole environment where the folder was moved', () => {
    complete();
    const { marker } = environmentPaths(root);
    writeStamp(marker, { ...readMarker(root), root: '/before' });
    expect(findMissing(root, 'cpu').environment).toBe('the folder was moved since');
    expect(findMissing(root, 'cpu').packages).toBe(true);
  });

  it('stops at an environment that somebody else made', () => {
    complete();
    rmSync(environmentPaths(root).marker);
    expect(() => findMissing(root, 'cpu')).toThrow(
      /that convbook did not make\. It is left alone; move it away with: mv /,
    );
  });
});

describe('what is said before anything is fetched', () => {
  const missing = { npm: true, environment: 'not there yet', packages: true, jupyter: true };

  it('adds up what each part takes', () => {
    const { parts, network, disk } = plan(missing, 'cuda');
    expect(parts.map((part) => part.name)).toEqual([
      'npm packages',
      'JupyterLab and TensorFlow for NVIDIA GPUs, with CUDA',
    ]);
    expect(network).toBe(parts[0].network + parts[1].network);
    expect(disk).toBe(parts[0].disk + parts[1].disk);
  });

  it('is nothing where only the registration is missing', () => {
    expect(plan({ npm: false, environment: null, packages: false, jupyter: true }, 'cpu').parts).toEqual([]);
  });

  it('keeps the wish for the CPU until the GPU is asked for', () => {
    expect(wantsCpu(root, {})).toBe(false);
    expect(wantsCpu(root, { cpu: true })).toBe(true);
    expect(wantsCpu(root, {})).toBe(true);
    expect(wantsCpu(root, { gpu: true })).toBe(false);
    expect(wantsCpu(root, {})).toBe(false);
  });
});

describe('with no network', () => {
  const nowhere = 'http://127.0.0.1:9/';
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('npm fails with what to check', async () => {
    write(
      join(root, 'package.json'),
      '{"name": "a", "version": "1.0.0", "dependencies": {"koffi": "3.3.4"}}',
    );
    const packages = {
      '': { name: 'a', version: '1.0.0', dependencies: { koffi: '3.3.4' } },
      'node_modules/koffi': { version: '3.3.4' },
    };
    write(
      join(root, 'package-lock.json'),
      JSON.stringify({ name: 'a', version: '1.0.0', lockfileVersion: 3, packages }),
    );
    Object.assign(process.env, {
      npm_config_registry: nowhere,
      npm_config_fetch_retries: '0',
      npm_config_cache: join(root, 'c'),
    });
    await expect(installNpm(root, silent)).rejects.toThrow(
      /^npm does not reach its registry\. Check the network/,
    );
  });

  it('pip fails with what to check, and the environment is kept for the next try', async () => {
    const python = findPython({ hasUv: false });
    await makeEnvironment(root, { python, uv: null }, silent);
    Object.assign(process.env, {
      PIP_INDEX_URL: nowhere,
      PIP_RETRIES: '1',
      PIP_CACHE_DIR: join(root, 'c'),
      PIP_FIND_LINKS: '',
    });
    await expect(installPackages(root, { variant: 'jupyter', uv: null }, silent)).rejects.toThrow(
      /^pip does not reach its package index\. Check the network/,
    );
    expect(readMarker(root)?.state).toBe('installing');
    write(join(root, 'package-lock.json'), '{"packages": {}}');
    expect(findMissing(root, 'jupyter')).toMatchObject({ environment: null, packages: true });
  });
});
