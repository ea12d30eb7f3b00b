/**
 * The generator sfc32 (C. Doty-Humphrey's "small fast chaotic" generator, 32-bit): it passes PractRand and BigCrush.
 *
 * @param a the first 96 bits of the state, with b and c
 * @param rounds are drawn and dropped first: they mix the seed into all of the state
 * @returns a function that gives whole numbers in [0, 2^32)
 */
export function sfc32(a: number, b: number, c: number, rounds: number): () => number {
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < rounds; i++) next();
  return next;
}
