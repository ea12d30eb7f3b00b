import type { Box } from '../metrics/detection.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

export interface RoiPoolOptions {
  /** `[height, width]` of each result; default `[7, 7]`. */
  size?: readonly [height: number, width: number];
  /** Cells of the feature map for one pixel of the image: 1/16 where four layers halve it; default 1. */
  scale?: number;
}

/**
 * Region-of-interest pooling (Girshick 2015, "Fast R-CNN", arXiv:1504.08083): each box of the image is found again on
 * the feature map, cut into `height x width` bins, and of each bin the largest value of each channel is kept. Boxes of any
 * shape become tensors of one shape, and the convolutions run once for all of them. Differentiable in the maps.
 *
 * @param maps one image's feature map, `[rows, columns, channels]` or `[1, rows, columns, channels]`
 * @param boxes in pixels of the image; parts outside of it are left out
 * @returns `[boxes, height, width, channels]`; the caller disposes it
 * @throws where there are no boxes, or the shape is none of one image's maps
 *
 * @example
 * import { roiPool, tf } from 'convbook';
 * const maps = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1]);
 * roiPool(maps, [[0, 0, 2, 3]], { size: [1, 1] }).reshape([1]).print(); // [8]
 */
export function roiPool(maps: Tensor, boxes: readonly Box[], options: RoiPoolOptions = {}): Tensor4D {
  const { size = [7, 7], scale = 1 } = options;
  const single = maps.rank === 4 && maps.shape[0] === 1;
  if (!single && maps.rank !== 3) {
    throw new Error(
      `roiPool needs the maps of one image, [rows, columns, channels], and got [${maps.shape}]. Call it image by image.`,
    );
  }
  if (boxes.length === 0) throw new Error('roiPool got no boxes; leave out images without any.');
  if (!(scale > 0) || size.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new RangeError(`roiPool: expected a scale above 0 and whole sizes; got ${scale} and [${size}].`);
  }
  return tf.tidy(() => {
    const map = single ? tf.squeeze(maps, [0]) : maps;
    const [rows, columns] = map.shape as [number, number, number];
    const pooled = boxes.map(([x1, y1, x2, y2]) => {
      const down = bins(y1 * scale, y2 * scale, size[0], rows);
      const across = bins(x1 * scale, x2 * scale, size[1], columns);
      const strips = down.map(([from, count]) => tf.max(tf.slice(map, [from], [count]), 0));
      const tall = tf.stack(strips); // [height, columns, channels]
      return tf.stack(
        across.map(([from, count]) => tf.max(tf.slice(tall, [0, from], [size[0], count]), 1)),
        1,
      );
    });
    return tf.stack(pooled) as Tensor4D;
  });
}

/** Cuts a stretch of a map into bins of whole cells, at least one each; neighbours may share a cell. */
function bins(from: number, to: number, count: number, cells: number): [from: number, count: number][] {
  const first = Math.min(cells - 1, Math.max(0, Math.floor(from)));
  const last = Math.min(cells, Math.max(first + 1, Math.ceil(to)));
  const step = (last - first) / count;
  return Array.from({ length: count }, (_, i) => {
    const a = Math.min(cells - 1, first + Math.floor(i * step));
    const b = Math.min(cells, Math.max(a + 1, first + Math.ceil((i + 1) * step)));
    return [a, b - a];
  });
}
