// Philox4x32-10 (Salmon et al. 2011) as TensorFlow's stateless random ops use it, so that engines without them draw the
// same numbers on the host. Words are unsigned 32-bit integers.

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The two halves of a product of unsigned 32-bit numbers. */
function multiply(a: number, b: number): [high: number, low: number] {
  const product = BigInt(a) * BigInt(b);
  return [Number(product >> 32n), Number(product & 0xffffffffn)];
}

type Words = [number, number, number, number];

/** Ten rounds of Philox on a counter of four words with a key of two. */
export function philox(counter: Words, key: [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(M0, c0);
    const [high1, low1] = multiply(M1, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

const lowWord = (value: number) => value >>> 0;
const highWord = (value: number) => (value < 0 ? 0xffffffff : 0); // an int32 seed, sign-extended to 64 bits

/** TensorFlow scrambles a seed of two numbers into a key and a counter, so that near seeds give unlike streams. */
export function keyAndCounter(seed: readonly [number, number]): { key: [number, number]; counter: Words } {
  const [first, second] = seed;
  const key: [number, number] = [0x3ec8f720, 0x02461e29];
  const mix = philox([lowWord(first), highWord(first), lowWord(second), highWord(second)], key);
  return { key: [mix[0], mix[1]], counter: [0, 0, mix[2], mix[3]] };
}

/** `count` words of the stream that belongs to a seed. */
export function* words(seed: readonly [number, number], count: number): Generator<number> {
  const { key, counter } = keyAndCounter(seed);
  for (let made = 0; made < count; made += 4) {
    const block = philox(counter, key);
    for (let i = 0; i < 4 && made + i < count; i++) yield block[i]!;
    for (let i = 0; i < 4; i++) {
      counter[i] = (counter[i]! + 1) >>> 0;
      if (counter[i] !== 0) break;
    }
  }
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** A word as a float32 in [0, 1): its low 23 bits as the mantissa of a number in [1, 2), less 1. */
export function unit(word: number): number {
  bits[0] = (word & 0x7fffff) | 0x3f800000;
  return float[0]! - 1;
}

/** Two words as two standard normal numbers (Box & Muller 1958), as TensorFlow computes them in float32. */
export function normals(first: number, second: number): [number, number] {
  const u1 = Math.max(unit(first), 1e-7);
  const angle = Math.fround(2 * Math.PI * unit(second));
  const radius = Math.sqrt(-2 * Math.log(u1));
  return [radius * Math.sin(angle), radius * Math.cos(angle)];
}
