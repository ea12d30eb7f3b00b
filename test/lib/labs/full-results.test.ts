import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readTables } from '../../../guard/compare/table.ts';
import { fullResults } from '../../../lib/labs/index.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'convbook-full-')), 'full');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const lab = (figures: Record<string, number>, scale?: 'quick' | 'full') =>
  fullResults({ lab: '09', seed: 9, figures, folder, ...(scale ? { scale } : {}) });
const shown = (results: object) =>
  (results as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]!();

describe('fullResults', () => {
  it('records a full run with what it ran on, and shows it beside later quick ones', () => {
    vi.stubEnv('CONVBOOK_SCALE', 'full');
    lab({ 'test accuracy': 0.99432, steps: 15_000 });
    const record = JSON.parse(readFileSync(join(folder, '09.json'), 'utf8'));
    expect(record).toMatchObject({
      lab: '09',
      seed: 9,
      figures: { 'test accuracy': 0.99432, steps: 15_000 },
    });
    expect(Object.keys(record).sort()).toEqual(
      ['data', 'date', 'engine', 'figures', 'hardware', 'lab', 'seconds', 'seed'].sort(),
    );
    expect(record.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(record.hardware).toMatch(/cores of .* GiB of memory/);

    vi.stubEnv('CONVBOOK_SCALE', '');
    const html = shown(lab({ 'test accuracy': 0.98111, 'only here': 2 }))['text/html']!;
    expect(readTables(html)).toEqual([
      {
        columns: ['figure', 'quick', 'full'],
        rows: [
          ['test accuracy', '0.9811', '0.9943'],
          ['only here', '2', '–'],
          ['steps', '–', '15,000'],
        ],
      },
    ]);
    expect(html).toContain(`seed 9, ${record.date}`);
  });

  it('says that there is no record, or a damaged one, and shows its own figures all the same', () => {
    const none = lab({ loss: 0.5 }, 'quick');
    expect(none.note).toContain('No figures of lab 09 at full are recorded yet');
    expect(`${none}`).toContain('loss      0.5     –');
    expect(existsSync(folder)).toBe(false);

    lab({ loss: 0.4 }, 'full');
    writeFileSync(join(folder, '09.json'), '{"figures": {"loss": "low"}, "data": []}');
    expect(lab({ loss: 0.5 }, 'quick').note).toContain("can't be read (a figure is no number)");
    writeFileSync(join(folder, '09.json'), '{"figures"');
    expect(lab({ loss: 0.5 }, 'quick').rows).toEqual([{ figure: 'loss', quick: 0.5, full: undefined }]);
  });

  it('warns where this run is on other data than the record', () => {
    lab({ loss: 0.4 }, 'full');
    const file = join(folder, '09.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, data: ['mnist 60000+10000'] }));
    expect(lab({ loss: 0.5 }, 'quick').note).toContain("can't be compared");
  });

  it('refuses figures that are no numbers and a lab that is no name', () => {
    expect(() => lab({ loss: Number.NaN }, 'full')).toThrow('"loss" is NaN; it must be a finite number.');
    expect(() => lab({}, 'full')).toThrow('there are no figures');
    expect(() => fullResults({ lab: '../09', seed: 1, figures: { loss: 1 }, folder })).toThrow(
      'the lab is "../09"',
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('escapes what it shows', () => {
    expect(shown(lab({ 'a < b & "c"': 1 }, 'quick'))['text/html']).toContain('a &lt; b &amp; &quot;c&quot;');
  });
});
