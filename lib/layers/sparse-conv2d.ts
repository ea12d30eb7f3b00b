import type { Tensor2D, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Conv2D, type Conv2DOptions } from './conv2d.ts';
import { convolve } from './convolve.ts';
import type { Shape, WeightSpec } from './layer.ts';
import { ShapeError } from './shape.ts';

export interface SparseConv2DOptions extends Omit<Conv2DOptions, 'filters' | 'groups'> {
  /** For each filter, the input maps that it sees: one list per output map. */
  table: readonly (readonly number[])[];
}

/**
 * A convolution whose filters each see only some of the input maps (LeCun et al. 1998, table 1: layer C3 of LeNet-5).
 * Only the connected weights exist: `kernel` is `[F, F, number of connections]`, filter by filter.
 *
 * `[H, W, D]` to `[H', W', table.length]`, sizes as for Conv2D.
 *
 * @example
 * import { SparseConv2D } from 'convbook';
 * const layer = new SparseConv2D({ kernelSize: 5, table: [[0, 1], [1, 2], [0, 1, 2]] });
 * console.log(layer.weightSpecs([14, 14, 3])[0].shape); // [5, 5, 7]
 */
export class SparseConv2D extends Conv2D {
  override readonly kind: string = 'SparseConv2D';
  readonly table: readonly (readonly number[])[];
  /** One row per connection, with a 1 at its place among all (input, filter) pairs: makes the full kernel. */
  private spread: Tensor2D | undefined;

  constructor({ table, ...options }: SparseConv2DOptions) {
    super({ ...options, filters: table.length });
    for (const [k, maps] of table.entries()) {
      if (
        maps.length === 0 ||
        new Set(maps).size !== maps.length ||
        !maps.every((m) => Number.isInteger(m) && m >= 0)
      ) {
        throw new TypeError(
          `SparseConv2D: filter ${k} needs a list of different input maps; it has [${maps}].`,
        );
      }
    }
    this.table = table;
  }

  override weightSpecs(inputShape: Shape): WeightSpec[] {
    const [fh, fw] = this.geometry.size;
    const count = this.table.flat().length;
    const mean = count / this.filters;
    return super.weightSpecs(inputShape).map((spec) => ({
      ...spec,
      fanIn: fh * fw * mean,
      ...(spec.name === 'kernel' ? { shape: [fh, fw, count] } : {}),
    }));
  }

  override multiplyAdds(inputShape: Shape): number {
    const [height = 0, width = 0] = this.outputShape(inputShape);
    const [fh, fw] = this.geometry.size;
    return height * width * fh * fw * this.table.flat().length;
  }

  protected override buildChildren(inputShape: Shape): void {
    const [, , channels] = this.image(inputShape);
    const places = this.table.flatMap((maps, k) => maps.map((m) => m * this.filters + k));
    const columns = channels * this.filters;
    const rows = new Float32Array(places.length * columns);
    places.forEach((place, i) => {
      rows[i * columns + place] = 1;
    });
    this.spread = tf.keep(tf.tensor2d(rows, [places.length, columns]));
  }

  protected override maps(x: Tensor4D): Tensor4D {
    if (!this.spread) throw new Error(`${this} is not built yet. Call build(inputShape) or apply(x) first.`);
    const kernel = this.weight('kernel');
    const [fh, fw, count = 0] = kernel.shape;
    const channels = (this.spread.shape[1] ?? 0) / this.filters;
    const flat = tf.matMul(tf.reshape(kernel, [-1, count]) as Tensor2D, this.spread);
    const full = tf.reshape(flat, [fh ?? 1, fw ?? 1, channels, this.filters]) as Tensor4D;
    return convolve(x, full, this.geometry, 1, this);
  }

  override dispose(): void {
    this.spread?.dispose();
    this.spread = undefined;
    super.dispose();
  }

  protected override image(inputShape: Shape): readonly [number, number, number] {
    const shape = super.image(inputShape);
    const last = Math.max(...this.table.flat());
    if (last >= shape[2]) {
      throw new ShapeError(
        `${this}: a filter sees input map ${last}, and there are ${shape[2]} maps, 0 to ${shape[2] - 1}.`,
      );
    }
    return shape;
  }
}
