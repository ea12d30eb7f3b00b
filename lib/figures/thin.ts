/**
 * At most `most` points of a curve: of each stretch its lowest and its highest, so that peaks stay. Gaps (NaN) in a
 * stretch that has other points vanish.
 */
export function thinOut(
  x: readonly number[],
  y: readonly number[],
  most = 600,
): { x: number[]; y: number[] } {
  if (x.length <= most) return { x: [...x], y: [...y] };
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const keep = new Set<number>([0, x.length - 1]);
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * x.length) / stretches);
    const to = Math.floor(((s + 1) * x.length) / stretches);
    let [low, high] = [-1, -1];
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(y[i])) continue;
      if (low < 0 || y[i]! < y[low]!) low = i;
      if (high < 0 || y[i]! > y[high]!) high = i;
    }
    if (low < 0) keep.add(from);
    else keep.add(low).add(high);
  }
  const indices = [...keep].sort((a, b) => a - b);
  return { x: indices.map((i) => x[i]!), y: indices.map((i) => y[i]!) };
}
