/** Two hexadecimal digits a pixel; undefined where the text is anything else. */
export function parsePixels(text: unknown, size: number): Float32Array | undefined {
  if (typeof text !== 'string' || text.length !== 2 * size * size || !/^[0-9a-f]*$/.test(text))
    return undefined;
  return Float32Array.from(
    { length: size * size },
    (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16) / 255,
  );
}

/** The drawing scaled so that its longer side takes 20 of 28 pixels, its centre of mass in the middle (bilinear). */
export function centred(pixels: Float32Array, size: number): Float32Array {
  let [left, right, top, bottom, mass, massX, massY] = [size, -1, size, -1, 0, 0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ink = pixels[y * size + x]!;
      if (ink < 0.1) continue;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
      mass += ink;
      massX += ink * x;
      massY += ink * y;
    }
  }
  if (mass === 0) return pixels;
  const scale = Math.min(3, ((20 / 28) * size) / Math.max(right - left + 1, bottom - top + 1));
  const middle = (size - 1) / 2;
  const out = new Float32Array(size * size);
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : pixels[y * size + x]!);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [sx, sy] = [massX / mass + (x - middle) / scale, massY / mass + (y - middle) / scale];
      const [fx, fy] = [Math.floor(sx), Math.floor(sy)];
      const [tx, ty] = [sx - fx, sy - fy];
      const upper = at(fx, fy) * (1 - tx) + at(fx + 1, fy) * tx;
      const lower = at(fx, fy + 1) * (1 - tx) + at(fx + 1, fy + 1) * tx;
      out[y * size + x] = upper * (1 - ty) + lower * ty;
    }
  }
  return out;
}
