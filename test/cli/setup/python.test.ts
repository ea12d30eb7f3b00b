import { describe, expect, it } from 'vitest';
import { candidates, choosePython, operatingSystem, type Probe, probe } from '../../../cli/setup/python.mjs';

const python = (version: number[], more: Partial<Probe> = {}): Probe => ({
  command: `python3.${version[1]}`,
  executable: `/usr/bin/python3.${version[1]}`,
  version,
  venv: true,
  wide: true,
  ...more,
});
const machine = { platform: 'linux', os: 'debian' as const, hasUv: false, isAdministrator: false };

describe('choosing a Python', () => {
  it('takes the first one in range that can make environments', () => {
    const old = python([3, 9, 2]);
    const bare = python([3, 11, 2], { venv: false });
    const good = python([3, 12, 1]);
    expect(choosePython([old, bare, good, python([3, 13, 0])], machine)).toEqual({ python: good });
  });

  it('names the Debian package that lacks, for the version that is there', () => {
    const choice = choosePython([python([3, 11, 2], { venv: false })], machine);
    expect(choice).toEqual({
      problem: expect.stringMatching(
        /^Python 3\.11 is here without .* Run: sudo apt-get install -y python3\.11-venv$/,
      ),
    });
  });

  it('leaves sudo out for an administrator', () => {
    const choice = choosePython([python([3, 11, 2], { venv: false })], { ...machine, isAdministrator: true });
    expect(choice).toEqual({ problem: expect.stringMatching(/Run: apt-get install -y python3\.11-venv$/) });
  });

  it('does without the Debian package where uv makes the environment', () => {
    const bare = python([3, 11, 2], { venv: false });
    expect(choosePython([bare], { ...machine, hasUv: true })).toEqual({ python: bare });
  });

  it.each([
    ['debian', /sudo apt-get update && sudo apt-get install -y python3 python3-venv$/],
    ['fedora', /sudo dnf install -y python3\.12$/],
    ['macos', /brew install python@3\.12$/],
    ['alpine', /sudo apk add python3 py3-pip$/],
    ['other', /npm run setup -- --python/],
  ] as const)('says what to install on %s where there is none', (os, expected) => {
    const choice = choosePython([], { ...machine, os });
    expect(choice).toEqual({ problem: expect.stringMatching(expected) });
    expect(choice).toEqual({ problem: expect.stringContaining('found none') });
  });

  it('names what it found where nothing is in range', () => {
    const choice = choosePython(
      [python([3, 9, 18]), python([3, 14, 0]), python([3, 12, 0], { wide: false })],
      machine,
    );
    expect(choice).toEqual({
      problem: expect.stringContaining(
        'python3.9 is 3.9.18; python3.14 is 3.14.0; python3.12 is 3.12.0, 32 bit',
      ),
    });
  });
});

describe('looking for Pythons', () => {
  it("asks the user's own python3 first, and on Windows the launcher too", () => {
    expect(candidates('linux')[0]).toEqual(['python3']);
    expect(candidates('win32')).toContainEqual(['py', '-3']);
  });

  it('takes a program that is not there for no Python', () => {
    expect(probe(['no-such-python'])).toBeNull();
    expect(probe(['true'])).toBeNull();
  });

  it('reads the distribution from os-release', () => {
    expect(operatingSystem('linux', 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(
      'debian',
    );
    expect(operatingSystem('linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n')).toBe('fedora');
    expect(operatingSystem('linux', 'ID=void\n')).toBe('other');
    expect(operatingSystem('darwin')).toBe('macos');
  });
});
