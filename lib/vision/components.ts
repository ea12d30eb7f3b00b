import type { Box } from '../metrics/detection.ts';

/** A connected group of pixels. */
export interface Component {
  /** `[x1, y1, x2, y2]` round its pixels; the right and lower edge lie behind the last pixel. */
  box: Box;
  /** Number of pixels. */
  area: number;
  /** Places of its pixels, `y * width + x`, rising. */
  pixels: Int32Array;
}

/**
 * Connected components of a mask (Rosenfeld and Pfaltz 1966): pixels that touch, sides and corners, belong together. The
 * oldest way to tell objects apart, and a baseline for those that learn.
 *
 * @param mask `height * width` values; 0 is background
 * @returns largest first
 *
 * @example
 * import { connectedComponents } from 'convbook';
 * const found = connectedComponents([1, 0, 1, 1, 0, 1], { height: 2, width: 3 });
 * console.log(found.map((c) => c.area), found[0]!.box); // [ 2, 2 ] [ 0, 0, 1, 2 ]
 */
export function connectedComponents(
  mask: ArrayLike<number | boolean>,
  { height, width }: { height: number; width: number },
): Component[] {
  if (mask.length !== height * width) {
    throw new Error(
      `connectedComponents: ${mask.length} values are no mask of ${height} x ${width}, which has ${height * width}.`,
    );
  }
  const seen = new Uint8Array(mask.length);
  const found: Component[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let at = 0; at < pixels.length; at++) {
      const [y, x] = [Math.floor(pixels[at]! / width), pixels[at]! % width];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (!mask[next] || seen[next]) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    const sorted = Int32Array.from(pixels).sort();
    found.push({ box: boxAround(sorted, width), area: sorted.length, pixels: sorted });
  }
  return found.sort((a, b) => b.area - a.area);
}

/**
 * The tight box round pixels of an image of this width.
 *
 * @throws where there are no pixels
 *
 * @example
 * import { boxAround } from 'convbook';
 * console.log(boxAround([1, 6], 4)); // [1, 0, 3, 2]
 */
export function boxAround(pixels: ArrayLike<number>, width: number): Box {
  if (pixels.length === 0) throw new Error('boxAround got no pixels, and nothing has no box.');
  let [x1, y1, x2, y2] = [Infinity, Infinity, 0, 0];
  for (let i = 0; i < pixels.length; i++) {
    const [y, x] = [Math.floor(pixels[i]! / width), pixels[i]! % width];
    [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)];
  }
  return [x1, y1, x2, y2];
}
