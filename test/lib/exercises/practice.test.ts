import { describe, expect, it } from 'vitest';
import { equal, practice, todo } from '../../../lib/exercises/index.ts';

const DISPLAY = Symbol.for('Jupyter.display');
const shown = (report: object) => (report as Record<symbol, () => Record<string, string>>)[DISPLAY]!();

describe('practice', () => {
  it('shows what is met and what is not, as HTML and as text', async () => {
    const report = await practice(equal('one', 1, 1), equal('a < b', 2, 3, { hint: 'count <again>' }));
    expect(report.passed).toBe(false);
    const bundle = shown(report);
    expect(Object.keys(bundle)).toEqual(['text/html', 'text/plain']);
    expect(bundle['text/plain']).toBe(
      '1 of 2 expectations met.\n✓ one\n✗ a < b\n    2 came, and 3 was due.\n    Hint: count <again>',
    );
    expect(bundle['text/html']).toContain('a &lt; b');
    expect(bundle['text/html']).toContain('count &lt;again&gt;');
    expect(bundle['text/html']).not.toContain('<again>');
  });

  it('invites where nothing is written yet, and congratulates where all is met', async () => {
    const stub = () => todo();
    expect(String(await practice(equal('a', () => stub(), 1)))).toMatch(/^Your turn/);
    const done = await practice(equal('a', 1, 1));
    expect(done.passed).toBe(true);
    expect(String(done)).toMatch(/^All done/);
  });

  it('escapes what a student made, and never rejects', async () => {
    const report = await practice(
      equal('a', () => '<script>alert(1)</script>', 'x'),
      equal('b', () => Promise.reject(new Error('<img onerror=x>')), 'x'),
    );
    expect(shown(report)['text/html']).not.toMatch(/<script|<img/);
  });
});
