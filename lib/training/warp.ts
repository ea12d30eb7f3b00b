import type { Tensor, Tensor1D, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** One number for all images, or one an image `[batch]`. */
export type PerImage = number | Tensor;

/** How images are moved and bent. All around their centre; what comes from outside is `fill`. */
export interface Warp {
  /** Pixels to the right. */
  moveX?: PerImage;
  /** Pixels down. */
  moveY?: PerImage;
  /** Degrees clockwise. */
  rotate?: PerImage;
  /** Factors of width and height: 1.1 makes a tenth larger. */
  stretchX?: PerImage;
  stretchY?: PerImage;
  /** Degrees that upright lines lean to the right. */
  shear?: PerImage;
  /** Radial distortion: a point at radius r (1 in the corners) shows what lay at r * (1 + lens * r^2). Above 0 barrel, below 0 pincushion. */
  lens?: PerImage;
  /** -1 mirrors left and right. */
  mirror?: PerImage;
  /** The value of what lies outside, or `'edge'`: the nearest pixel; default 0. */
  fill?: number | 'edge';
}

/**
 * Moves, turns, stretches, shears, bends and mirrors images, by bilinear interpolation. Works in compiled steps, and has
 * gradients.
 *
 * The order, for what is seen: mirror, stretch, shear, rotation, translation; the lens last.
 *
 * @param images `[batch, height, width, channels]`
 *
 * @example
 * import { tf, warp } from 'convbook';
 * const image = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
 * warp(image, { moveX: 1 }).reshape([2, 3]).print(); // [[0, 1, 2], [0, 4, 5]]
 */
export function warp(images: Tensor, options: Warp): Tensor4D {
  if (images.rank !== 4)
    throw new Error(
      `warp got a tensor of shape [${images.shape}]; expected [batch, height, width, channels].`,
    );
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  return tf.tidy(() => {
    const each = (value: PerImage | undefined, otherwise: number): Tensor => {
      const tensor = typeof value === 'object' ? value.toFloat() : tf.fill([batch], value ?? otherwise);
      if (tensor.size !== batch) throw new Error(`warp got ${tensor.size} numbers for ${batch} images.`);
      return tensor.reshape([batch, 1, 1]);
    };
    // Places of the result's pixels, from the centre.
    const centerX = (width - 1) / 2;
    const centerY = (height - 1) / 2;
    const rowOf = tf.range(0, height).reshape([1, height, 1]);
    const columnOf = tf.range(0, width).reshape([1, 1, width]);
    let x: Tensor = tf.sub(columnOf, centerX);
    let y: Tensor = tf.sub(rowOf, centerY);
    if (options.lens !== undefined) {
      const squared = tf.div(tf.add(tf.square(x), tf.square(y)), Math.max(1e-6, centerX ** 2 + centerY ** 2));
      const factor = tf.add(1, tf.mul(each(options.lens, 0), squared));
      x = tf.mul(x, factor);
      y = tf.mul(y, factor);
    }
    x = tf.sub(x, each(options.moveX, 0));
    y = tf.sub(y, each(options.moveY, 0));
    const angle = tf.mul(each(options.rotate, 0), Math.PI / 180);
    [x, y] = [
      tf.add(tf.mul(tf.cos(angle), x), tf.mul(tf.sin(angle), y)),
      tf.sub(tf.mul(tf.cos(angle), y), tf.mul(tf.sin(angle), x)),
    ];
    // Upright lines lean to the right: what is higher (smaller y) lies further right.
    x = tf.add(x, tf.mul(tf.tan(tf.mul(each(options.shear, 0), Math.PI / 180)), y));
    x = tf.mul(tf.div(x, each(options.stretchX, 1)), each(options.mirror, 1));
    y = tf.div(y, each(options.stretchY, 1));
    const places = { x: tf.add(x, centerX), y: tf.add(y, centerY) };
    return sample(images.toFloat() as Tensor4D, places, options.fill ?? 0, [batch, height, width, channels]);
  });
}

/** Bilinear interpolation at fractional places, `[batch, height, width]` each. */
function sample(
  images: Tensor4D,
  { x, y }: { x: Tensor; y: Tensor },
  fill: number | 'edge',
  [batch, height, width, channels]: [number, number, number, number],
): Tensor4D {
  // Far outside all places are alike: clipping keeps the indices small.
  const px = tf.clipByValue(x, -1, width);
  const py = tf.clipByValue(y, -1, height);
  const left = tf.floor(px);
  const top = tf.floor(py);
  const shareX = tf.sub(px, left);
  const shareY = tf.sub(py, top);
  const flat = images.reshape([batch * height * width, channels]);
  // Whole numbers throughout: float32 can't count beyond 16.7 million pixels.
  const first = tf
    .mul(tf.range(0, batch, 1, 'int32'), tf.scalar(height * width, 'int32'))
    .reshape([batch, 1, 1]);
  let total: Tensor | undefined;
  for (const [dx, wx] of [
    [0, tf.sub(1, shareX)],
    [1, shareX],
  ] as const) {
    for (const [dy, wy] of [
      [0, tf.sub(1, shareY)],
      [1, shareY],
    ] as const) {
      const column = tf.add(left, dx);
      const row = tf.add(top, dy);
      const insideColumn = tf.clipByValue(column, 0, width - 1);
      const insideRow = tf.clipByValue(row, 0, height - 1);
      const index = tf.add(first, tf.add(tf.mul(insideRow, width), insideColumn).toInt());
      const pixels = tf.gather(flat, index.flatten() as Tensor1D).reshape([batch, height, width, channels]);
      const weight = tf.mul(wx, wy).expandDims(-1);
      let part = tf.mul(pixels, weight);
      if (fill !== 'edge') {
        const inside = tf
          .logicalAnd(tf.equal(column, insideColumn), tf.equal(row, insideRow))
          .expandDims(-1)
          .toFloat();
        const shifted = fill === 0 ? pixels : tf.sub(pixels, fill);
        part = tf.mul(shifted, tf.mul(weight, inside));
      }
      total = total ? tf.add(total, part) : part;
    }
  }
  return (fill !== 'edge' && fill !== 0 ? tf.add(total!, fill) : total!) as Tensor4D;
}
