import type { Classes } from '../metrics/classification.ts';

/**
 * Average precision of a ranked list: the mean, over the relevant ones, of the precision up to each
 * (Manning, Raghavan and Schuetze 2008, chapter 8).
 *
 * @param relevant for each place of the list, the best first, whether what stands there is wanted
 * @throws where nothing in the list is wanted
 *
 * @example
 * import { rankedPrecision } from 'convbook';
 * console.log(rankedPrecision([true, false, true]).toFixed(4)); // (1 / 1 + 2 / 3) / 2 = 0.8333
 */
export function rankedPrecision(relevant: ArrayLike<boolean | number>): number {
  let hits = 0;
  let sum = 0;
  for (let i = 0; i < relevant.length; i++) {
    if (!relevant[i]) continue;
    hits++;
    sum += hits / (i + 1);
  }
  if (hits === 0) throw new Error('rankedPrecision got a list in which nothing is relevant.');
  return sum / hits;
}

export interface RetrievalOptions {
  /** Classes of the queries, one for each row of the similarities. */
  queries: Classes;
  /** Classes of the images that are searched, one for each column. */
  gallery: Classes;
}

/**
 * Mean average precision of retrieval: each query ranks the gallery by falling similarity, and what has its class is
 * relevant.
 *
 * @param similarity rows of `gallery.length` numbers, one after the other, one row a query
 *
 * @example
 * import { retrievalPrecision } from 'convbook';
 * const { mean } = retrievalPrecision([0.9, 0.1, 0.8, 0.2, 0.7, 0.1], { queries: [0, 1], gallery: [0, 1, 0] });
 * console.log(mean); // 1
 */
export function retrievalPrecision(
  similarity: ArrayLike<number>,
  { queries, gallery }: RetrievalOptions,
): { mean: number; queries: number[]; rankings: Int32Array[] } {
  const n = gallery.length;
  if (similarity.length !== queries.length * n || queries.length === 0) {
    throw new Error(
      `retrievalPrecision got ${similarity.length} similarities for ${queries.length} queries in a gallery of ${n}; expected one for each pair.`,
    );
  }
  const rankings = Array.from({ length: queries.length }, (_, q) =>
    Int32Array.from({ length: n }, (_, i) => i).sort(
      (a, b) => similarity[q * n + b]! - similarity[q * n + a]!,
    ),
  );
  const each = rankings.map((ranking, q) =>
    rankedPrecision(Array.from(ranking, (i) => gallery[i] === queries[q])),
  );
  return { mean: each.reduce((a, b) => a + b, 0) / each.length, queries: each, rankings };
}
