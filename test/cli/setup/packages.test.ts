import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countForMachine, fetchedPackage, missingPackages } from '../../../cli/setup/npm.mjs';
import {
  countPackages,
  describeBytes,
  describePip,
  forgetHalfInstalled,
  requirementsFile,
} from '../../../cli/setup/packages.mjs';

describe('the progress of pip and uv', () => {
  it.each([
    ['Collecting jupyterlab==4.6.6 (from -r cpu.txt (line 52))', 'jupyterlab'],
    [
      '  Downloading tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (273.8 MB)',
      'tensorflow_cpu 2.21.0 (273.8 MB)',
    ],
    ['  Using cached six-1.17.0-py2.py3-none-any.whl (11 kB)', 'six 1.17.0 (11 kB)'],
    ['Downloading tensorflow-cpu (261.1MiB)', 'tensorflow-cpu (261.1MiB)'],
    ['Installing collected packages: webencodings, pure-eval', 'unpacking'],
    ['  Building wheel for wrapt (setup.py): started', 'building wrapt'],
    ['Requirement already satisfied: six in ./.venv/lib', null],
  ])('%s', (line, shown) => {
    expect(describePip(line)).toBe(shown);
  });

  it('shows the bytes of large packages only', () => {
    expect(describeBytes('Progress 120000000 of 273000000')).toBe('120 of 273 MB');
    expect(describeBytes('Progress 1000 of 2000')).toBeNull();
    expect(describeBytes('Progress of work')).toBeNull();
  });

  it.each(['cpu', 'cuda', 'jupyter'] as const)('counts the packages of %s for one system', (variant) => {
    const text = readFileSync(requirementsFile(variant), 'utf8');
    const lines = text.trim().split('\n');
    expect(lines.every((line) => /^[a-z0-9-]+==\S+( ; .+)?$/.test(line))).toBe(true);
    const count = countPackages(text);
    expect(count).toBeGreaterThan(90);
    expect(count).toBeLessThan(lines.length);
  });
});

describe('an interrupted installation', () => {
  it('forgets the packages that are only half there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'convbook-site-'));
    for (const name of ['whole-1.0.dist-info', 'half-2.0.dist-info', 'half']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'whole-1.0.dist-info', 'INSTALLER'), 'pip\n');
    expect(forgetHalfInstalled(folder)).toEqual(['half-2.0.dist-info']);
    expect(existsSync(join(folder, 'whole-1.0.dist-info'))).toBe(true);
    expect(existsSync(join(folder, 'half'))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe('npm packages', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/windows-only': { version: '1.0.0', optional: true },
  };

  it('are complete where every version agrees, whatever is optional', () => {
    const present = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } };
    expect(missingPackages(wanted, present)).toEqual([]);
  });

  it('lack what is absent or of another version', () => {
    expect(missingPackages(wanted, { 'node_modules/a': { version: '1.0.1' } })).toEqual([
      'node_modules/a',
      'node_modules/b',
    ]);
    expect(missingPackages(wanted, null)).toEqual(['node_modules/a', 'node_modules/b']);
  });

  it('are counted for this system alone', () => {
    const packages = {
      ...wanted,
      'node_modules/x-linux': { os: ['linux'], cpu: ['x64'] },
      'node_modules/x-mac': { os: ['darwin'], cpu: ['arm64'] },
    };
    expect(countForMachine(packages, 'linux', 'x64')).toBe(4);
    expect(countForMachine(packages, 'linux', 'arm64')).toBe(3);
  });

  it('are named as they arrive', () => {
    expect(
      fetchedPackage('npm http fetch GET 200 https://npm.example/koffi/-/koffi-3.3.4.tgz 120ms (cache miss)'),
    ).toBe('koffi-3.3.4');
    expect(
      fetchedPackage('npm http fetch GET https://npm.example/koffi attempt 1 failed with ECONNREFUSED'),
    ).toMatch(/does not answer \(ECONNREFUSED\), attempt 2/);
    expect(fetchedPackage('added 168 packages')).toBeNull();
  });
});
