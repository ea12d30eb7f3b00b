import { joined, type Notebook } from '../../notebook.ts';
import { isTest, nbgraderOf } from '../assignment.ts';
import { type Fingerprint, fingerprintsOf } from './winnow.ts';

/** What one student wrote: the code of their cells, one after the other. */
export interface Work {
  student: string;
  code: string;
}

/** Lines of both works that say the same. */
export interface Passage {
  a: { from: number; to: number };
  b: { from: number; to: number };
}

export interface Pair {
  a: string;
  b: string;
  /** Of the smaller work's fingerprints, the share that the other has too, 0 to 1. */
  share: number;
  /** Fingerprints in common. */
  common: number;
  passages: Passage[];
}

export interface SimilarityOptions {
  /** Pairs below it are left out; default 0.4. */
  threshold?: number;
  /** What so large a part of all works has is common knowledge, and counts nothing; default 0.3 (and at least 3 works). */
  commonPart?: number;
}

/** The code that a student wrote: answers and cells of their own, each under a line with its name. */
export function workOf(student: string, notebook: Notebook): Work {
  const cells = notebook.cells.filter((cell) => {
    const nbgrader = nbgraderOf(cell);
    return cell.cell_type === 'code' && !isTest(cell) && (!nbgrader || nbgrader.solution);
  });
  const parts = cells.map((cell) => `// ${nbgraderOf(cell)?.grade_id ?? 'own cell'}\n${joined(cell.source)}`);
  return { student, code: parts.join('\n') };
}

/**
 * Pairs of works that have more in common than the task explains, the most alike first. What the release hands out, and what many
 * wrote, counts nothing. A high share is a reason to look at both, and no verdict: short tasks have few solutions.
 */
export function similarPairs(works: readonly Work[], release: Work, options: SimilarityOptions = {}): Pair[] {
  const { threshold = 0.4, commonPart = 0.3 } = options;
  const given = new Set(fingerprintsOf(release.code).map(({ hash }) => hash));
  const prints = works.map(({ code }) => byHash(fingerprintsOf(code).filter(({ hash }) => !given.has(hash))));
  const users = new Map<number, number>();
  for (const hashes of prints) for (const hash of hashes.keys()) users.set(hash, (users.get(hash) ?? 0) + 1);
  const most = Math.max(3, commonPart * works.length);
  for (const hashes of prints) {
    for (const hash of [...hashes.keys()]) if (users.get(hash)! > most) hashes.delete(hash);
  }
  const pairs: Pair[] = [];
  for (let i = 0; i < works.length; i++) {
    for (let j = i + 1; j < works.length; j++) {
      const [p, q] = [prints[i]!, prints[j]!];
      const least = Math.min(p.size, q.size);
      if (least === 0) continue;
      const common = [...p.keys()].filter((hash) => q.has(hash));
      const share = common.length / least;
      if (share < threshold || common.length < 3) continue;
      const passages = joinedPassages(
        common.map((hash) => ({ a: span(p.get(hash)!), b: span(q.get(hash)!) })),
      );
      pairs.push({ a: works[i]!.student, b: works[j]!.student, share, common: common.length, passages });
    }
  }
  return pairs.sort((x, y) => y.share - x.share || y.common - x.common);
}

const byHash = (prints: readonly Fingerprint[]) => new Map(prints.map((print) => [print.hash, print]));
const span = ({ from, to }: Fingerprint) => ({ from, to });

/** Passages that touch in both works become one. */
function joinedPassages(passages: Passage[]): Passage[] {
  const sorted = passages.sort((x, y) => x.a.from - y.a.from || x.b.from - y.b.from);
  const out: Passage[] = [];
  for (const passage of sorted) {
    const last = out.at(-1);
    const touches =
      last &&
      passage.a.from <= last.a.to + 1 &&
      passage.b.from <= last.b.to + 1 &&
      passage.b.to >= last.b.from - 1;
    if (!touches) out.push(structuredClone(passage));
    else {
      last.a.to = Math.max(last.a.to, passage.a.to);
      last.b.from = Math.min(last.b.from, passage.b.from);
      last.b.to = Math.max(last.b.to, passage.b.to);
    }
  }
  return out;
}
