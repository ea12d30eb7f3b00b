import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/anonymise.ts';
import {
  anonymised,
  keyText,
  namesItself,
  newKey,
  pseudonymOf,
  readKey,
  studentOf,
} from '../../../guard/grading/anonymous.ts';
import { assignmentOf, solutionCell } from '../made-assignment.ts';

describe('pseudonyms', () => {
  it('are the same again with the same key, and others with another', () => {
    const key = newKey('secret');
    const names = ['ada', 'emmy', '=cmd'].map((student) => pseudonymOf(key, student));
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^reader-[0-9a-z]{6}$/);
    const again = readKey(keyText(key));
    expect(again).toEqual(key);
    expect(pseudonymOf(newKey('secret'), 'ada')).toBe(names[0]);
    expect(pseudonymOf(newKey('other'), 'ada')).not.toBe(names[0]);
    expect(studentOf(again, names[1]!)).toBe('emmy');
    expect(studentOf(again, 'somebody')).toBe('somebody');
    expect(() => readKey('student,total\nada,3\n')).toThrow(/no key/);
  });

  it('stand for notebooks that do not say whose they are', () => {
    const notebook = assignmentOf([solutionCell('a', 'const x = 1; // by Emmy')]);
    notebook.metadata['authors'] = [{ name: 'Emmy Noether' }];
    notebook.cells[0]!.metadata['owner'] = 'Emmy';
    const copy = anonymised(notebook);
    expect(JSON.stringify([copy.metadata, copy.cells[0]!.metadata])).not.toMatch(/Emmy/);
    expect(copy.cells[0]!.metadata['nbgrader']).toBeDefined();
    expect(namesItself(copy, 'emmy.noether')).toBe(true);
    expect(namesItself(copy, 'ada.lovelace')).toBe(false);
    const wrote = (source: string) => assignmentOf([solutionCell('a', source)]);
    expect(namesItself(wrote('// by Ada,\nx'), 'ada')).toBe(true);
    expect(namesItself(wrote('const adaSays = 1;'), 'ada@school.example')).toBe(true);
    expect(namesItself(wrote('// a canada goose in balance at school'), 'ada@school.example')).toBe(false);
  });
});

describe('npx convbook anonymise', () => {
  it('copies under pseudonyms, keeps the times, and keeps the key apart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'convbook-anonymise-'));
    const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const path = (...parts: string[]) => join(folder, ...parts);
      await mkdir(path('in', 'emmy'), { recursive: true });
      const text = JSON.stringify(assignmentOf([solutionCell('a', 'emmy();')]));
      await writeFile(path('in', 'ada.ipynb'), text);
      await writeFile(path('in', 'emmy', 'x.ipynb'), text);
      await writeFile(path('in', 'emmy', 'timestamp.txt'), '2026-03-01 22:10:00.123456 UTC\n');
      await utimes(path('in', 'ada.ipynb'), new Date('2026-02-01'), new Date('2026-02-01'));
      const run = () => main([path('in'), '--key', path('key.csv'), '--out', path('out')]);
      expect(await run()).toBe(0);
      const first = await readdir(path('out'));
      const key = readKey(await readFile(path('key.csv'), 'utf8'));
      expect(first.sort()).toEqual([...key.pseudonyms.values()].map((name) => `${name}.ipynb`).sort());
      const time = async (student: string) =>
        (await stat(path('out', `${key.pseudonyms.get(student)}.ipynb`))).mtime.toISOString();
      expect(await time('ada')).toBe('2026-02-01T00:00:00.000Z');
      expect(await time('emmy')).toBe('2026-03-01T22:10:00.123Z');
      expect(spy.mock.calls.join('')).toContain('a part of the name stands in the text');
      await run();
      expect((await readdir(path('out'))).sort()).toEqual(first);
      await expect(main([path('in'), '--key', path('out', 'key.csv'), '--out', path('out')])).rejects.toThrow(
        /put it elsewhere/,
      );
    } finally {
      spy.mockRestore();
      await rm(folder, { recursive: true });
    }
  });
});
