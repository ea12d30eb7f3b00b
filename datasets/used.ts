// Which data this process has loaded, for whoever compares its results with those of another run: real and made data, or all
// and some of a data set's files, give figures that can't be compared. On globalThis, because the one who asks may have loaded
// no module of ours.

const KEY = Symbol.for('convbook.datasets');
const store = globalThis as unknown as Record<symbol, Set<string> | undefined>;

/** Writes down that a data set was loaded, as `mnist 60000+10000`. Gives the data set back. */
export function used<T extends { name: string; train: { count: number }; test: { count: number } }>(
  data: T,
): T {
  store[KEY] ??= new Set();
  store[KEY].add(`${data.name} ${data.train.count}+${data.test.count}`);
  return data;
}
