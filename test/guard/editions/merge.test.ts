import { describe, expect, it } from 'vitest';
import { Random } from '../../../datasets/random.ts';
import { baseFrom, recordBase, recordedBase } from '../../../guard/editions/base.ts';
import { mergeUpdate } from '../../../guard/editions/merge.ts';
import { joined, type Notebook } from '../../../guard/notebook.ts';
import { notebookOf } from './made-release.ts';

const old = () => notebookOf({ title: '# Lab', a: 'a();', b: 'b();', c: 'c();' });
const sources = (notebook: Notebook) => notebook.cells.map(({ source }) => joined(source));
const merge = (mine: Notebook, next: Notebook) => mergeUpdate(baseFrom(old()), mine, next);
const edited = (changes: Record<string, string | undefined>, from = old()): Notebook => {
  from.cells = from.cells.flatMap((cell) => {
    if (!(cell.id! in changes)) return [cell];
    const source = changes[cell.id!];
    return source === undefined ? [] : [{ ...cell, source }];
  });
  return from;
};

describe('an update of a copy', () => {
  it('takes what only the release changed, and keeps what only the student changed', () => {
    const { notebook, changes } = merge(edited({ a: 'mine();' }), edited({ b: 'better();' }));
    expect(sources(notebook)).toEqual(['# Lab', 'mine();', 'better();', 'c();']);
    expect(changes).toEqual([{ key: 'b', line: 'b();', what: 'updated' }]);
  });

  it('shows both versions where both changed a cell', () => {
    const { notebook, changes } = merge(edited({ b: 'mine();' }), edited({ b: 'theirs(`x`);' }));
    expect(sources(notebook).slice(0, 3)).toEqual(['# Lab', 'a();', 'mine();']);
    expect(sources(notebook)[3]).toMatch(/another version[\s\S]*```typescript\ntheirs\(`x`\);\n```/);
    expect(changes).toEqual([{ key: 'b', line: 'mine();', what: 'conflict' }]);
  });

  it('asks nothing where both made the same change', () => {
    expect(merge(edited({ b: 'same();' }), edited({ b: 'same();' })).changes).toEqual([]);
  });

  it('keeps cells of the student where they are, and adds those of the release where they belong', () => {
    const mine = old();
    mine.cells.splice(2, 0, { ...mine.cells[1]!, id: 'x', source: 'helper();' });
    const next = old();
    next.cells.splice(3, 0, { ...next.cells[1]!, id: 'n', source: 'new();' });
    expect(sources(merge(mine, next).notebook)).toEqual([
      '# Lab',
      'a();',
      'helper();',
      'b();',
      'new();',
      'c();',
    ]);
  });

  it('removes what the release removed, unless the student wrote in it', () => {
    const gone = edited({ b: undefined });
    expect(sources(merge(old(), gone).notebook)).toEqual(['# Lab', 'a();', 'c();']);
    const { notebook, changes } = merge(edited({ b: 'mine();' }), gone);
    expect(sources(notebook)).toEqual(['# Lab', 'a();', 'mine();', 'c();']);
    expect(changes).toEqual([{ key: 'b', line: 'mine();', what: 'kept' }]);
  });

  it('leaves deleted what the student deleted, unless the release changed it', () => {
    const mine = edited({ b: undefined });
    expect(sources(merge(mine, old()).notebook)).toEqual(['# Lab', 'a();', 'c();']);
    expect(sources(merge(mine, edited({ b: 'better();' })).notebook)).toContain('better();');
  });

  it("follows the release's order, or the student's where the student moved cells", () => {
    const swapped = (notebook: Notebook) => {
      const [title, a, b, c] = notebook.cells;
      return { ...notebook, cells: [title!, b!, a!, c!] };
    };
    expect(sources(merge(old(), swapped(old())).notebook)).toEqual(['# Lab', 'b();', 'a();', 'c();']);
    const next = edited({ c: 'better();' });
    next.cells.push({ ...next.cells[1]!, id: 'n', source: 'new();' });
    expect(sources(merge(swapped(old()), next).notebook)).toEqual([
      '# Lab',
      'b();',
      'a();',
      'better();',
      'new();',
    ]);
  });

  it('puts checked cells back, keeps what was written in them as text, and lets go of names that are gone', () => {
    const more = {
      t: { grade_id: 't', grade: true, solution: false, locked: true, points: 1 },
      s: { grade_id: 's', grade: false, solution: true, locked: false },
    };
    const release = notebookOf({ s: 'stub();', t: 'check();' }, more);
    const base = baseFrom(release);
    const mine = structuredClone(release);
    mine.cells[0]!.source = 'mine();';
    mine.cells[1]!.source = 'cheat();';
    const same = mergeUpdate(base, mine, release);
    expect(sources(same.notebook).slice(0, 2)).toEqual(['mine();', 'check();']);
    expect(sources(same.notebook)[2]).toContain('cheat();');
    expect(same.notebook.cells[2]!.cell_type).toBe('markdown');
    const without = mergeUpdate(base, mine, notebookOf({ t: 'check2();' }, more));
    expect(sources(without.notebook).slice(0, 2)).toEqual(['mine();', 'check2();']);
    expect(without.notebook.cells[0]!.metadata).toEqual({});
    const deleted = { ...mine, cells: [mine.cells[0]!] };
    expect(sources(mergeUpdate(base, deleted, release).notebook)).toEqual(['mine();', 'check();']);
  });

  it('needs no old file where the copy says what it was made from, time after time', () => {
    const first = recordBase(old());
    const mine = edited({ a: 'mine();' }, structuredClone(first));
    const second = recordBase(edited({ b: 'two();' }));
    const once = mergeUpdate(recordedBase(mine)!, mine, second).notebook;
    const third = recordBase(edited({ b: 'three();', c: 'three();' }));
    const { notebook, changes } = mergeUpdate(recordedBase(once)!, once, third);
    expect(sources(notebook)).toEqual(['# Lab', 'mine();', 'three();', 'three();']);
    expect(changes.map(({ what }) => what)).toEqual(['updated', 'updated']);
    expect(recordedBase(notebook)).toEqual(baseFrom(third));
  });

  it('gives every cell an id of its own, copies of a cell too', () => {
    const mine = old();
    mine.cells.push({ ...mine.cells[1]!, source: 'copied();' });
    const { notebook } = merge(mine, edited({ b: 'theirs();' }));
    const ids = notebook.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(sources(notebook)).toContain('copied();');
  });

  it('keeps the outputs of cells that stay as they are', () => {
    const mine = old();
    mine.cells[1]!.outputs = [{ output_type: 'stream', name: 'stdout', text: 'ran\n' }];
    expect(merge(mine, edited({ b: 'x();' })).notebook.cells[1]!.outputs).toHaveLength(1);
  });

  it("loses no line of a student's, whatever both sides did", () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = new Random(seed);
      const base = notebookOf(
        Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`k${i}`, `line ${i};`])),
      );
      const tamper = (who: string): Notebook => {
        const copy = structuredClone(base);
        for (let n = 0; n < 4; n++) {
          const at = random.integer(Math.max(1, copy.cells.length));
          const kind = random.integer(4);
          const cell = copy.cells[at];
          if (kind === 0 && cell) cell.source = `${who} wrote ${seed}-${n};`;
          else if (kind === 1)
            copy.cells.splice(at, 0, {
              ...base.cells[0]!,
              id: `${who}${n}`,
              source: `${who} added ${seed}-${n};`,
            });
          else if (kind === 2 && copy.cells.length > 1) copy.cells.splice(at, 1);
          else if (cell) copy.cells.splice(random.integer(copy.cells.length), 0, ...copy.cells.splice(at, 1));
        }
        return copy;
      };
      const [mine, next] = [tamper('mine'), tamper('theirs')];
      const text = sources(mergeUpdate(baseFrom(base), mine, next).notebook).join('\n');
      for (const line of sources(mine).filter((one) => one.startsWith('mine'))) expect(text).toContain(line);
      for (const line of sources(next).filter((one) => one.startsWith('theirs')))
        expect(text).toContain(line);
    }
  });
});
