import { freemem } from 'node:os';

/** Memory that a notebook's kernel with TensorFlow and a data set is reckoned to take. */
const BYTES_A_NOTEBOOK = 1.5e9;

/**
 * How many notebooks run at once: as many as there are cores and memory for.
 *
 * @param coresEach what one keeps busy: two where it trains
 */
export function jobsFor(notebooks: number, cores: number, free: number = freemem(), coresEach = 2): number {
  return Math.max(
    1,
    Math.min(notebooks, Math.floor(cores / coresEach) || 1, Math.floor(free / BYTES_A_NOTEBOOK)),
  );
}

/** Works on all items, `jobs` at a time; the answers are in the items' order. One that fails stops no other. */
export async function pool<T, R>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      answers[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
  return answers;
}
