import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands, nearest } from '../../cli/commands.mjs';
import { parseSetupOptions } from '../../cli/setup/options.mjs';
import { fromRoot } from '../../cli/setup/paths.mjs';

async function convbook(...args: string[]) {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      fromRoot('bin', 'convbook.mjs'),
      ...args,
    ]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

describe('the command line', () => {
  it('lists the commands, with and without being asked', async () => {
    const [bare, help] = await Promise.all([convbook(), convbook('help')]);
    expect(bare).toEqual(help);
    expect(help.code).toBe(0);
    for (const name of ['start', 'setup', 'test', 'doctor', 'bench'])
      expect(help.stdout).toMatch(`\n  ${name} `);
    expect(help.stdout).not.toMatch(/\n {2}kernel /);
  });

  it('answers an unknown command with a sentence and a guess', async () => {
    const { code, stdout, stderr } = await convbook('docter');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'convbook has no command "docter". Did you mean doctor? npx convbook help lists them.\n',
    );
  });

  it('answers --help of a command with its usage', async () => {
    const { code, stdout } = await convbook('doctor', '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npx convbook doctor \[--json\]\n/);
  });

  it.each([
    'grade',
    'editions',
    'update-lab',
    'regrade',
    'gradebook',
    'anonymise',
    'similarity',
    'check-my-work',
  ])('answers %s --help with all its options, on standard output', async (name) => {
    const { code, stdout, stderr } = await convbook(name, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: npx convbook ${name} [\\s\\S]+\\n\\n[\\s\\S]+`));
  });

  it('ends without a word where nobody reads on', async () => {
    const { stderr } = await promisify(execFile)('sh', [
      '-c',
      `"${process.execPath}" "${fromRoot('bin', 'convbook.mjs')}" models | true`,
    ]);
    expect(stderr).toBe('');
  });

  it('is not fooled by names that every object has', async () => {
    const { code, stderr } = await convbook('constructor');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^convbook has no command "constructor"\./);
  });

  it.each([
    [
      ['setup', '--fast'],
      'convbook setup does not know "--fast". It takes --cpu, --gpu and --python PATH.\n',
    ],
    [['setup', '--cpu', '--gpu'], '--cpu and --gpu exclude each other: give one of them.\n'],
    [['doctor', '--xml'], 'convbook doctor does not know "--xml". It takes --json.\n'],
    [
      ['kernel'],
      'convbook kernel takes the connection file that Jupyter writes for it. To start Jupyter run: npm start\n',
    ],
  ])('%j is refused with a sentence', async (args, sentence) => {
    const { code, stderr } = await convbook(...args);
    expect(stderr).toBe(sentence);
    expect(code).toBe(2);
  });

  it('names the benchmarks that there are', async () => {
    const { code, stderr } = await convbook('bench', 'no-such-benchmark');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^There is no benchmark "no-such-benchmark"\. Give one of: /);
  });

  it('guesses near misses only', () => {
    expect(nearest('tset')).toBe('test');
    expect(nearest('strat')).toBe('start');
    expect(nearest('completely-different')).toBeUndefined();
    expect(Object.keys(commands).filter((name) => nearest(name) !== name)).toEqual([]);
  });

  it("separates the set-up's options from the command's", () => {
    expect(parseSetupOptions(['--no-browser', '--cpu', '--port', '8899'])).toEqual({
      options: { cpu: true },
      rest: ['--no-browser', '--port', '8899'],
    });
    expect(parseSetupOptions(['--python', '/p', '--python=/q']).options).toEqual({ python: '/q' });
    expect(() => parseSetupOptions(['--python'])).toThrow(/--python needs the path of a Python/);
  });
});
