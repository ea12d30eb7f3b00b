import { describe, expect, it } from 'vitest';
import { chooseVariant, hasNvidiaDriver } from '../../../cli/setup/variant.mjs';

const machine = { platform: 'linux', arch: 'x64', musl: false, nvidia: false, cpu: false };

describe('the engine wheel', () => {
  it.each([
    [{}, 'cpu'],
    [{ nvidia: true }, 'cuda'],
    [{ nvidia: true, cpu: true }, 'cpu'],
    [{ arch: 'arm64' }, 'cpu'],
    [{ platform: 'darwin', arch: 'arm64' }, 'cpu'],
    [{ platform: 'darwin', arch: 'x64' }, 'jupyter'],
    [{ musl: true, nvidia: true }, 'jupyter'],
    [{ platform: 'freebsd' }, 'jupyter'],
  ] as const)('of %o is %s', (difference, variant) => {
    expect(chooseVariant({ ...machine, ...difference }).variant).toBe(variant);
  });

  it('says why there is none', () => {
    expect(chooseVariant({ ...machine, musl: true }).reason).toMatch(/no wheel for Linux with musl/);
  });

  it('sees the driver of Linux and that of WSL', () => {
    expect(hasNvidiaDriver((path) => path === '/proc/driver/nvidia/version')).toBe(true);
    expect(hasNvidiaDriver((path) => path.startsWith('/usr/lib/wsl'))).toBe(true);
    expect(hasNvidiaDriver(() => false)).toBe(false);
  });
});
