import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/gradebook.ts';
import { parseCsv } from '../../../guard/grading/csv.ts';
import { afterPolicy, readPolicy } from '../../../guard/grading/late.ts';
import { lateDaysText, readLateDays, spend, spentElsewhere } from '../../../guard/grading/late-days.ts';

const policy = (more: object) => readPolicy(JSON.stringify({ due: '2026-03-01T12:00:00Z', ...more }));
/** In the middle of the nth day after the due date. */
const dayLate = (n: number) => new Date(Date.UTC(2026, 2, n, 23)).toISOString();

describe("a course's free late days", () => {
  it('cost nothing while there are any, and each further day costs', () => {
    const five = policy({ courseDays: 5, percentPerDay: 10 });
    expect(afterPolicy(five, 'ada', dayLate(2), 20, 0)).toMatchObject({ days: 2, free: 2, score: 20 });
    expect(afterPolicy(five, 'ada', dayLate(2), 20, 4)).toMatchObject({ days: 2, free: 1, score: 18 });
    expect(afterPolicy(five, 'ada', dayLate(2), 20, 9)).toMatchObject({ days: 2, free: 0, score: 16 });
  });

  it('may be limited for one assignment, and are not spent where nothing is accepted any more', () => {
    const some = policy({ courseDays: 5, freeDays: 2, lastDay: 4 });
    expect(afterPolicy(some, 'ada', dayLate(3), 20, 0)).toMatchObject({ days: 3, free: 2, percentOff: 10 });
    expect(afterPolicy(some, 'ada', dayLate(5), 20, 0)).toMatchObject({ days: 5, free: 0, score: 0 });
  });
});

describe('the table of spent days', () => {
  it('is read back as it was written, with what a person changed', () => {
    const days = readLateDays('student,A1,A2\nada,2,\nemmy,,"1"\n');
    spend(days, 'ada', 'A2', 1);
    spend(days, 'zoe', 'A2', 0);
    expect(spentElsewhere(days, 'ada', 'A2')).toBe(2);
    expect(lateDaysText(days)).toBe('student,A1,A2\nada,2,1\nemmy,,1\n');
    expect(lateDaysText(readLateDays(''))).toBe('student\n');
  });

  it('is refused in a sentence where it is none', () => {
    expect(() => readLateDays('name,A1\nada,1\n')).toThrow(/first column is "name"/);
    expect(() => readLateDays('student,A1\nada,two\n')).toThrow(/"two" for ada and A1/);
    expect(() => readLateDays('student,A1\nada,-1\n')).toThrow(/"-1" for ada/);
  });
});

describe('npx convbook gradebook with days for the course', () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  const said: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'convbook-late-days-'));
    await writeFile(
      path('late.json'),
      JSON.stringify({ due: '2026-03-01T12:00:00Z', courseDays: 3, percentPerDay: 10 }),
    );
  });
  afterAll(async () => {
    spy.mockRestore();
    await rm(folder, { recursive: true });
  });

  const grades = (late: Record<string, number>) =>
    `student,total,test-a,adjust,submitted,seconds,problem\n${Object.entries(late)
      .map(([student, days]) => `${student},20,20,0,${dayLate(days)},1,\n`)
      .join('')}`;
  const run = async (assignment: string): Promise<Record<string, string>> => {
    const args = [path(`${assignment}.csv`), '--late', path('late.json'), '--late-days', path('days.csv')];
    expect(await main([...args, '--out', path('out.csv')])).toBe(0);
    const [, ...rows] = parseCsv(await readFile(path('out.csv'), 'utf8'));
    return Object.fromEntries(rows.map(([student, score]) => [student!, score!]));
  };

  it('knows in the second assignment what the first has used, and changes nothing when it is run again', async () => {
    await writeFile(path('A1.csv'), grades({ ada: 2, emmy: 0, zoe: 5 }));
    await writeFile(path('A2.csv'), grades({ ada: 2, emmy: 3, zoe: 1 }));
    expect(await run('A1')).toEqual({ ada: '20', emmy: '20', zoe: '16' });
    expect(await run('A2')).toEqual({ ada: '18', emmy: '20', zoe: '18' });
    const after = await readFile(path('days.csv'), 'utf8');
    expect(after).toBe('student,A1,A2\nada,2,1\nemmy,,3\nzoe,3,\n');
    expect(await run('A1')).toEqual({ ada: '20', emmy: '20', zoe: '16' });
    expect(await run('A2')).toEqual({ ada: '18', emmy: '20', zoe: '18' });
    expect(await readFile(path('days.csv'), 'utf8')).toBe(after);
    expect(said.join('')).toContain(
      'ada: 2 days late (1 free, 0 days left for the course), 10 % off: 20 became 18.',
    );
  });

  it('gives days back where an earlier assignment is mended', async () => {
    await writeFile(path('A1.csv'), grades({ ada: 0, emmy: 0, zoe: 5 }));
    expect((await run('A1'))['ada']).toBe('20');
    expect((await run('A2'))['ada']).toBe('20');
    expect(await readFile(path('days.csv'), 'utf8')).toContain('ada,,2\n');
  });

  it('says what is missing', async () => {
    const args = [path('A1.csv'), '--out', path('out.csv'), '--late', path('late.json')];
    await expect(main(args)).rejects.toThrow(/3 free days for the whole course: --late-days/);
    await writeFile(path('plain.json'), '{"due":"2026-03-01T12:00:00Z"}');
    await expect(
      main([...args.slice(0, -1), path('plain.json'), '--late-days', path('days.csv')]),
    ).rejects.toThrow(/no "courseDays"/);
  });
});
