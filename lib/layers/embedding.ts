import { type InitializerName, initializer } from '../initializers/names.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { type Initializer, Layer, type LayerOptions, type Shape, type WeightSpec } from './layer.ts';
import { checkCount } from './shape.ts';

export interface EmbeddingOptions extends LayerOptions {
  /** Number of words: the input's numbers run from 0 to words - 1. */
  words: number;
  /** Length of a word's vector. */
  units: number;
  vectorsInitializer?: InitializerName | Initializer;
}

/**
 * A trainable vector for each word: `[time]` word numbers to `[time, units]`. `vectors` is `[words, units]`.
 *
 * @example
 * import { Embedding, tf } from 'convbook';
 * const layer = new Embedding({ words: 100, units: 8 });
 * console.log(layer.apply(tf.tensor2d([[3, 14, 15]], [1, 3], 'int32')).shape); // [1, 3, 8]
 */
export class Embedding extends Layer {
  readonly kind = 'Embedding';
  readonly words: number;
  readonly units: number;
  private readonly vectorsInitializer: Initializer;

  constructor({ words, units, vectorsInitializer = 'uniform', ...options }: EmbeddingOptions) {
    super(options);
    this.words = checkCount(words, 'Embedding: words');
    this.units = checkCount(units, 'Embedding: units');
    this.vectorsInitializer = initializer(vectorsInitializer);
  }

  override outputShape(inputShape: Shape): Shape {
    return [...inputShape, this.units];
  }

  override weightSpecs(): WeightSpec[] {
    return [
      {
        name: 'vectors',
        shape: [this.words, this.units],
        trainable: true,
        fanIn: this.words,
        fanOut: this.units,
        initializer: this.vectorsInitializer,
      },
    ];
  }

  override forward(x: Tensor): Tensor {
    return tf.gather(this.weight('vectors'), tf.cast(x, 'int32'));
  }

  override toString(): string {
    return `Embedding(${this.words} words, ${this.units})`;
  }
}
