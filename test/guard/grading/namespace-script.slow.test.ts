import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contain } from '../../../guard/grading/containment.ts';
import { namespaceScript } from '../../../guard/grading/namespace-script.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convbook-contain-'));
  for (const name of ['work', 'others']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'others', 'ada.ipynb'), 'the answer');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inside = (script: string, options = {}) => {
  const { wrap } = contain({ hide: [join(folder, 'others')], ...options });
  const [command, ...args] = [...wrap(join(folder, 'work')), 'sh', '-c', script];
  return spawnSync(command!, args, { encoding: 'utf8', timeout: 30_000 });
};
const { level, says } = contain();

describe('containment', () => {
  it('says in a sentence what is contained and what is not', () => {
    expect(says).toMatch(/^Contained by 2048 MB of JavaScript heap/);
    expect(says).toMatch(level === 'files' ? /no network, no other processes/ : /Files are not contained/);
    expect(contain({ network: 'open' }).says).toMatch(/network is not limited, as was asked for/);
  });

  it('gives the command back as it is where there is nothing to contain it with', () => {
    const { stdout, status } = inside('echo "$1 works"');
    expect([stdout.trim(), status]).toEqual(['works', 0]);
  });

  describe.runIf(level === 'files')('in namespaces', () => {
    it('leaves one folder to be written', () => {
      const { status } = inside(`echo mine > ${join(folder, 'work', 'file')}`);
      expect(status).toBe(0);
      expect(readFileSync(join(folder, 'work', 'file'), 'utf8')).toBe('mine\n');
      for (const path of [
        join(process.cwd(), 'written'),
        '/etc/written',
        join(folder, 'others', 'written'),
      ]) {
        expect(inside(`echo mine > ${path}`).status).not.toBe(0);
        expect(existsSync(path)).toBe(false);
      }
    });

    it('hides the submissions, the home and the temporary folder', () => {
      expect(inside(`cat ${join(folder, 'others', 'ada.ipynb')}`).stdout).toBe('');
      // The project itself stays to be read: where it lies in the temporary folder, its way there does too.
      const way = relative(tmpdir(), process.cwd()).split(sep)[0]!;
      const project = way === '..' ? [] : [way];
      const seen = inside(`ls -A ${tmpdir()}`).stdout.trim().split('\n');
      expect(seen.toSorted()).toEqual([basename(folder), ...project].toSorted());
      expect(inside(`ls -A ${folder}`).stdout.trim()).toBe('work');
    });

    it('shows no other process, and gives no privilege back', () => {
      expect(inside('ls /proc | grep -c "^[0-9]"').stdout.trim()).toMatch(/^[1-5]$/);
      expect(inside('grep CapEff /proc/self/status').stdout).toMatch(/0{16}/);
      for (const way of [
        'mount -t tmpfs none /mnt',
        'unshare --user true',
        `umount ${join(folder, 'others')}`,
      ])
        expect(inside(way).status).not.toBe(0);
    });

    it('has no network but its own', () => {
      expect(inside('cat /proc/net/dev').stdout.match(/^\s*\w+:/gm)).toEqual(['    lo:']);
    });
  });

  it.runIf(spawnSync('prlimit', ['--version']).status === 0)('limits files and memory', () => {
    expect(inside('dd if=/dev/zero of=large bs=1M count=9', { fileMegabytes: 4 }).status).not.toBe(0);
    expect(inside('ulimit -d', { dataMegabytes: 1024 }).stdout.trim()).toBe('1048576');
    expect(inside('ulimit -c').stdout.trim()).toBe('0');
  });
});

describe('the script of the namespaces', () => {
  it('holds paths with quotes and spaces as they are', () => {
    const script = namespaceScript({ cover: ["/it's"], keep: ['/a b'], hide: ['/h'], work: '/w' });
    expect(script).toContain("'/it'\\''s'");
    expect(script).toContain("mount --rbind '/a b'");
    expect(spawnSync('sh', ['-n', '-c', script]).status).toBe(0);
  });
});
