import type { Shown } from '../normalise.ts';

/** What an output is, apart from its content. */
export function signature(output: Shown): string {
  if (output.type === 'stream') return output.name;
  if (output.type === 'error') return 'error';
  return `${output.result ? 'result' : 'display'} of ${Object.keys(output.data).sort().join(', ')}`;
}

export interface Pair {
  /** Numbers of the outputs; one is undefined where the other has no partner. */
  expected?: number;
  got?: number;
}

/** Puts outputs side by side (longest common subsequence of what they are), so that one that is missing shifts no other. */
export function align(expected: readonly Shown[], got: readonly Shown[]): Pair[] {
  const [a, b] = [expected.map(signature), got.map(signature)];
  const best = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i]![j] = a[i] === b[j] ? best[i + 1]![j + 1]! + 1 : Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) pairs.push({ expected: i++, got: j++ });
    else if (j >= b.length || (i < a.length && best[i + 1]![j]! >= best[i]![j + 1]!))
      pairs.push({ expected: i++ });
    else pairs.push({ got: j++ });
  }
  return pairs;
}
