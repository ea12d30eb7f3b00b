export interface BleuOptions {
  /** The longest n-gram; default 4. */
  order?: number;
  /** Adds one to the counts of n-grams of two and more words (Lin and Och 2004), so that a short text isn't 0; default false. */
  smooth?: boolean;
}

/** A sentence as words: a list, or text that is split at spaces. */
export type Sentence = string | readonly string[];

/**
 * BLEU of a corpus (Papineni et al. 2002), from 0 to 1: the geometric mean of clipped n-gram precisions, times the brevity
 * penalty exp(1 - r / c) where the candidates (c words) are shorter than the closest references (r words).
 *
 * @param references for each candidate one or more
 *
 * @example
 * import { bleu } from 'convbook';
 * const score = bleu(['the cat is on the mat'], [['the cat is on the mat', 'there is a cat on the mat']]);
 * console.log(score); // 1
 */
export function bleu(
  candidates: readonly Sentence[],
  references: readonly (readonly Sentence[])[],
  { order = 4, smooth = false }: BleuOptions = {},
): number {
  if (candidates.length !== references.length || candidates.length === 0) {
    throw new Error(
      `bleu got ${candidates.length} candidates and references for ${references.length}; expected as many, and one at least.`,
    );
  }
  const hits = new Array<number>(order).fill(0);
  const totals = new Array<number>(order).fill(0);
  let candidateLength = 0;
  let referenceLength = 0;
  candidates.forEach((candidate, i) => {
    const words = wordsOf(candidate);
    const refs = references[i]!.map(wordsOf);
    if (refs.length === 0) throw new Error(`bleu: candidate ${i + 1} has no reference.`);
    candidateLength += words.length;
    referenceLength += closest(
      refs.map((r) => r.length),
      words.length,
    );
    for (let n = 1; n <= order; n++) {
      const most = new Map<string, number>();
      for (const ref of refs) {
        for (const [gram, count] of grams(ref, n)) most.set(gram, Math.max(most.get(gram) ?? 0, count));
      }
      for (const [gram, count] of grams(words, n)) {
        hits[n - 1]! += Math.min(count, most.get(gram) ?? 0);
        totals[n - 1]! += count;
      }
    }
  });
  const extra = (n: number) => (smooth && n > 0 ? 1 : 0);
  const logs = hits.map((h, n) => Math.log((h + extra(n)) / (totals[n]! + extra(n))));
  const mean = logs.reduce((a, b) => a + b, 0) / order;
  const penalty = candidateLength >= referenceLength ? 0 : 1 - referenceLength / candidateLength;
  const score = Math.exp(mean + penalty);
  return Number.isNaN(score) ? 0 : score; // no n-gram at all: 0 / 0
}

function wordsOf(sentence: Sentence): readonly string[] {
  return typeof sentence === 'string' ? sentence.split(/\s+/).filter(Boolean) : sentence;
}

function grams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n).join('\u0000');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** The length nearest to `length`; the shorter of two equally near. */
function closest(lengths: readonly number[], length: number): number {
  return lengths.reduce((best, l) => {
    const nearer = Math.abs(l - length) - Math.abs(best - length);
    return nearer < 0 || (nearer === 0 && l < best) ? l : best;
  });
}
