// A tiny n-dimensional array in float64: what the plain-loop references are written in.
import type { Tensor } from '../../../lib/runtime/tf.ts';

export class NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  private readonly strides: number[];

  constructor(shape: readonly number[], data?: ArrayLike<number>) {
    this.shape = shape;
    const size = shape.reduce((a, b) => a * b, 1);
    this.data = data ? Float64Array.from(data) : new Float64Array(size);
    if (this.data.length !== size) throw new Error(`${this.data.length} values for shape [${shape}]`);
    this.strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  }

  static from(t: Tensor): NdArray {
    return new NdArray(t.shape, t.dataSync());
  }

  private offset(index: number[]): number {
    let at = 0;
    for (let i = 0; i < index.length; i++) at += index[i]! * this.strides[i]!;
    return at;
  }

  get(...index: number[]): number {
    return this.data[this.offset(index)]!;
  }

  set(value: number, ...index: number[]): void {
    this.data[this.offset(index)] = value;
  }

  add(value: number, ...index: number[]): void {
    this.data[this.offset(index)]! += value;
  }

  map(f: (value: number, at: number) => number): NdArray {
    return new NdArray(this.shape, this.data.map(f));
  }

  /** Every index of the array, in order. */
  *indices(): Generator<number[]> {
    const index = this.shape.map(() => 0);
    for (let k = 0; k < this.data.length; k++) {
      yield [...index];
      for (let d = index.length - 1; d >= 0; d--) {
        index[d]!++;
        if (index[d]! < this.shape[d]!) break;
        index[d] = 0;
      }
    }
  }
}

/** Applies a function of one example to every example of a batch. */
export function perExample(x: NdArray, f: (example: NdArray) => NdArray): NdArray {
  const [batch = 0, ...rest] = x.shape;
  const size = rest.reduce((a, b) => a * b, 1);
  const outs = Array.from({ length: batch }, (_, b) =>
    f(new NdArray(rest, x.data.slice(b * size, (b + 1) * size))),
  );
  return new NdArray(
    [batch, ...outs[0]!.shape],
    outs.flatMap((o) => [...o.data]),
  );
}
