import { describe, expect, it } from 'vitest';
import type { Notebook } from '../../../guard/notebook.ts';
import {
  accept,
  extract,
  orphans,
  parseSidecar,
  sourceHash,
  states,
  translated,
} from '../../../site/translation/sidecar.ts';

const notebook = (...texts: [id: string, text: string][]): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    ...texts.map(([id, source]) => ({ id, cell_type: 'markdown' as const, source, metadata: {} })),
    { id: 'code', cell_type: 'code' as const, source: '1', metadata: {}, outputs: [], execution_count: 1 },
  ],
});

const lab = notebook(['a', '# Lab 99 · Tests\n\nHello.'], ['b', 'The end.']);

describe('a translation', () => {
  it('begins as the English text, and then every text is missing', () => {
    const file = extract(lab, []);
    expect(file).toBe(
      `<!-- cell a of ${sourceHash('# Lab 99 · Tests\n\nHello.')} (to translate) -->\n# Lab 99 · Tests\n\nHello.\n\n<!-- cell b of ${sourceHash('The end.')} (to translate) -->\nThe end.\n`,
    );
    expect([...states(lab, parseSidecar('x.md', file)).values()]).toEqual(['missing', 'missing']);
  });

  it('takes the place of the English text, cell by cell', () => {
    const file = extract(lab, []).replace('The end.\n', 'O fim.\n');
    const sections = parseSidecar('x.md', file);
    expect(Object.fromEntries(states(lab, sections))).toEqual({ a: 'missing', b: 'done' });
    const page = translated(lab, sections);
    expect(page.cells.map((cell) => cell.source)).toEqual(['# Lab 99 · Tests\n\nHello.', 'O fim.', '1']);
  });

  it('is stale when the English text changes, is kept, and is accepted by name', () => {
    const sections = parseSidecar('x.md', extract(lab, []).replace('The end.\n', 'O fim.\n'));
    const changed = notebook(['a', '# Lab 99 · Tests\n\nHello.'], ['b', 'The end, now.']);
    expect(states(changed, sections).get('b')).toBe('stale');
    expect(translated(changed, sections).cells[1]!.source).toBe('O fim.');
    const kept = extract(changed, sections);
    expect(kept).toContain(
      `<!-- cell b of ${sourceHash('The end.')} (the English text has changed) -->\nO fim.`,
    );
    const accepted = parseSidecar('x.md', accept(changed, parseSidecar('x.md', kept), ['b']));
    expect(states(changed, accepted).get('b')).toBe('done');
    expect(() => accept(changed, sections, ['nope'])).toThrow(
      'There is no text cell "nope". There are: a, b.',
    );
  });

  it('gets new cells in their place when it is extracted again', () => {
    const sections = parseSidecar('x.md', extract(lab, []).replace('The end.\n', 'O fim.\n'));
    const longer = notebook(['a', '# Lab 99 · Tests\n\nHello.'], ['new', 'More.'], ['b', 'The end.']);
    const again = parseSidecar('x.md', extract(longer, sections));
    expect(again.map(({ cell, text }) => [cell, text])).toEqual([
      ['a', '# Lab 99 · Tests\n\nHello.'],
      ['new', 'More.'],
      ['b', 'O fim.'],
    ]);
  });

  it('names cells that the notebook no longer has', () => {
    const sections = parseSidecar('x.md', extract(lab, []));
    expect(orphans(notebook(['a', 'Hello.']), sections)).toEqual(['b']);
  });

  it('survives other line ends, and spaces at the ends of texts', () => {
    const file = extract(lab, []).replace('The end.\n', 'O fim.\n\n\n').replaceAll('\n', '\r\n');
    expect(parseSidecar('x.md', file)[1]!.text).toBe('O fim.');
    expect(sourceHash(' a\n')).toBe(sourceHash('a'));
  });

  it('names file and line of what it can not read', () => {
    expect(() => parseSidecar('pt/07.md', 'Olá\n')).toThrow('pt/07.md, line 1: text before the first');
    expect(() =>
      parseSidecar('pt/07.md', '<!-- cell a of 12345678 -->\nx\n<!-- cell a of 12345678 -->\n'),
    ).toThrow('pt/07.md, line 3: the cell a is translated twice');
    expect(() => parseSidecar('pt/07.md', '<!-- cell a of 12 -->\n')).toThrow('pt/07.md, line 1');
  });
});
