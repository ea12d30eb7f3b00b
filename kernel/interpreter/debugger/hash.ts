// JupyterLab finds a cell's file by a hash of its code: the same MurmurHash2 as its front end computes, bit for bit.
const m = 0x5bd1e995;

const multiply = (value: number) => (value & 0xffff) * m + ((((value >>> 16) * m) & 0xffff) << 16);

export function murmur2(text: string, seed: number): number {
  const data = new TextEncoder().encode(text);
  let length = data.length;
  let hash = seed ^ length;
  let at = 0;
  while (length >= 4) {
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    k = multiply(k);
    k ^= k >>> 24;
    k = multiply(k);
    hash = multiply(hash) ^ k;
    length -= 4;
    at += 4;
  }
  if (length > 0) {
    if (length === 3) hash ^= data[at + 2]! << 16;
    if (length >= 2) hash ^= data[at + 1]! << 8;
    hash ^= data[at]!;
    hash = multiply(hash);
  }
  hash ^= hash >>> 13;
  hash = multiply(hash);
  hash ^= hash >>> 15;
  return hash >>> 0;
}
