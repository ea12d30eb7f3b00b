import { AuxiliaryClassifier } from '../layers/auxiliary-classifier.ts';
import { ConvBN } from '../layers/conv-bn.ts';
import { Conv2D, type Conv2DOptions } from '../layers/conv2d.ts';
import { Dense } from '../layers/dense.ts';
import { Dropout } from '../layers/dropout.ts';
import { GlobalAvgPool } from '../layers/global-avg-pool.ts';
import { Inception } from '../layers/inception.ts';
import { type CallContext, hashSeed, type Layer, type LayerCost, type Shape } from '../layers/layer.ts';
import { LocalResponseNorm } from '../layers/local-response-norm.ts';
import { MaxPool2D } from '../layers/max-pool2d.ts';
import { within } from '../layers/named.ts';
import type { Field } from '../layers/receptive-field.ts';
import type { Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { Model, type ModelOptions, settings } from './model.ts';

/** Filters of the modules: 1x1, reduce 3x3, 3x3, reduce 5x5, 5x5, pool projection (the paper's table 1). */
const table = {
  inception3a: [64, 96, 128, 16, 32, 32],
  inception3b: [128, 128, 192, 32, 96, 64],
  inception4a: [192, 96, 208, 16, 48, 64],
  inception4b: [160, 112, 224, 24, 64, 64],
  inception4c: [128, 128, 256, 24, 64, 64],
  inception4d: [112, 144, 288, 32, 64, 64],
  inception4e: [256, 160, 320, 32, 128, 128],
  inception5a: [256, 160, 320, 32, 128, 128],
  inception5b: [384, 192, 384, 48, 128, 128],
} as const;

export interface GoogLeNetOptions extends ModelOptions {
  /** Have the two auxiliary classifiers, behind 4a and 4d; default false. */
  auxiliary?: boolean;
  /** `'torchvision'`: batch norm everywhere, no LRN, 3x3 for 5x5, as torchvision's weights need; default `'paper'`. */
  variant?: 'paper' | 'torchvision';
}

/**
 * GoogLeNet (Szegedy et al. 2014, arXiv:1409.4842): 22 layers with weights, nine Inception modules, global average
 * pooling, one dense layer; 6,998,552 parameters, 13,378,280 with the auxiliary classifiers. Below 64 pixels the stem
 * halves the resolution once only.
 *
 * With `auxiliary`, a training call gives `[batch, 3, classes]`: the logits, and those of the two heads; an inference
 * call gives `[batch, classes]`. `withAuxiliary(loss)` makes a loss of both.
 *
 * @example
 * import { GoogLeNet, summary } from 'convbook';
 * console.log(summary(new GoogLeNet()).totals.parameters); // 6998552
 */
export class GoogLeNet extends Model {
  readonly kind = 'GoogLeNet';
  private readonly heads: Readonly<Record<string, Layer>>;

  constructor(options: GoogLeNetOptions = {}) {
    const { auxiliary = false, variant = 'paper' } = options;
    const s = settings(options, 'GoogLeNet', { classes: 1000, inputShape: [224, 224, 3] });
    const small = Math.min(s.inputShape[0], s.inputShape[1]) < 64;
    const batchNorm = variant === 'torchvision';
    const conv = (o: Omit<Conv2DOptions, 'activation'>) =>
      batchNorm ? new ConvBN({ ...o, epsilon: 1e-3 }) : new Conv2D({ ...o, activation: 'relu' });
    const norm = (name: string): Record<string, Layer> =>
      batchNorm ? {} : { [name]: new LocalResponseNorm() };
    const pool = () => new MaxPool2D({ size: 3, stride: 2, rounding: 'ceil' });
    const modules = Object.entries(table).map(([name, row]) => {
      const [conv1x1, reduce3x3, conv3x3, reduce5x5, conv5x5, poolProjection] = row.map((n) =>
        s.scaled(n),
      ) as [number, number, number, number, number, number];
      const module = { conv1x1, reduce3x3, conv3x3, reduce5x5, conv5x5, poolProjection, batchNorm };
      return [name, new Inception({ ...module, large: batchNorm ? 3 : 5 })] as const;
    });
    const inception = Object.fromEntries(modules) as unknown as Record<keyof typeof table, Layer>;
    super(
      {
        ...(small
          ? { conv1: conv({ filters: s.scaled(64), kernelSize: 3, padding: 1 }) }
          : {
              conv1: conv({ filters: s.scaled(64), kernelSize: 7, stride: 2, padding: 3, rounding: 'floor' }),
              pool1: pool(),
            }),
        ...norm('norm1'),
        reduce2: conv({ filters: s.scaled(64), kernelSize: 1 }),
        conv2: conv({ filters: s.scaled(192), kernelSize: 3, padding: 1 }),
        ...norm('norm2'),
        pool2: pool(),
        inception3a: inception.inception3a,
        inception3b: inception.inception3b,
        pool3: pool(),
        inception4a: inception.inception4a,
        inception4b: inception.inception4b,
        inception4c: inception.inception4c,
        inception4d: inception.inception4d,
        inception4e: inception.inception4e,
        pool4: batchNorm ? new MaxPool2D({ size: 2, stride: 2, rounding: 'ceil' }) : pool(),
        inception5a: inception.inception5a,
        inception5b: inception.inception5b,
        pool5: new GlobalAvgPool(),
        dropout: new Dropout(batchNorm ? 0.2 : 0.4),
        fc: new Dense({ units: s.classes }),
      },
      s,
      options,
    );
    const head = () =>
      new AuxiliaryClassifier({
        classes: s.classes,
        filters: s.scaled(128),
        units: s.scaled(1024),
        batchNorm,
      });
    this.heads = auxiliary ? { inception4a: head(), inception4d: head() } : {};
  }

  /** The heads behind the modules, by their own names. */
  private get headList(): readonly (readonly [name: string, after: string, head: Layer])[] {
    return Object.entries(this.heads).map(([after, head], i) => [`aux${i + 1}`, after, head] as const);
  }

  override children() {
    return [
      ...super.children(),
      ...(this.heads ? this.headList.map(([name, , head]) => [name, head] as const) : []),
    ];
  }

  override cost(inputShape: Shape, path = this.name, field?: Field): LayerCost[] {
    const rows = super.cost(inputShape, path, field);
    for (const [name, after, head] of this.headList) {
      const join = rows.find((row) => row.path === (path ? `${path}.${after}` : after));
      if (join) rows.push(...head.cost(join.outputShape, path ? `${path}.${name}` : name, join.field));
    }
    return rows;
  }

  override outputShape(inputShape: Shape): Shape {
    const shape = super.outputShape(inputShape);
    for (const [name, after, head] of this.headList) {
      within(name, () => head.outputShape(this.shapeAfter(after, inputShape)));
    }
    return shape;
  }

  protected override buildChildren(inputShape: Shape, seed: number): void {
    super.buildChildren(inputShape, seed);
    this.headList.forEach(([, after, head], i) => {
      head.build(this.shapeAfter(after, inputShape), hashSeed(seed, 1000 + i));
    });
  }

  private shapeAfter(name: string, inputShape: Shape): Shape {
    let shape = inputShape;
    for (const [key, layer] of super.children()) {
      shape = layer.outputShape(shape);
      if (key === name) break;
    }
    return shape;
  }

  override forward(x: Tensor, context: CallContext): Tensor {
    const { outputs, logits } = this.run(x, context);
    return context.training && outputs.length > 0 ? tf.stack([logits, ...outputs], 1) : logits;
  }

  private run(x: Tensor, context: CallContext): { logits: Tensor; outputs: Tensor[] } {
    const outputs: Tensor[] = [];
    let y = x;
    for (const [name, layer] of super.children()) {
      y = layer.call(y, context);
      const head = context.training ? this.heads[name] : undefined;
      if (head) outputs.push(head.call(y, context));
    }
    return { logits: y, outputs };
  }
}

/**
 * A loss of the main and the auxiliary logits: `loss(main) + weight * (loss(aux1) + loss(aux2))`, the paper's weight is
 * 0.3. Takes `[batch, heads, classes]`, and `[batch, classes]` as it is.
 *
 * @example
 * import { softmaxCrossEntropy, tf, withAuxiliary } from 'convbook';
 * const loss = withAuxiliary(softmaxCrossEntropy);
 * console.log(loss(tf.zeros([4, 3, 2]), tf.tensor1d([0, 1, 1, 0], 'int32')).dataSync()[0].toFixed(3)); // 1.109
 */
export function withAuxiliary(loss: (logits: Tensor, labels: Tensor) => Tensor, weight = 0.3) {
  return (logits: Tensor, labels: Tensor): Tensor =>
    tf.tidy(() => {
      if (logits.rank !== 3) return loss(logits, labels);
      const [main, ...others] = tf.unstack(logits, 1).map((part) => loss(part, labels));
      return others.reduce((sum, part) => tf.add(sum, tf.mul(part, weight)), main!);
    });
}

/**
 * A metric of the main logits only: takes the first of `[batch, heads, classes]`, and `[batch, classes]` as it is.
 *
 * @example
 * import { ofMainOutput, tf } from 'convbook';
 * const best = ofMainOutput((logits) => tf.max(logits));
 * console.log(best(tf.tensor3d([[[1, 2], [8, 9]]]), tf.tensor1d([0])).dataSync()[0]); // 2
 */
export function ofMainOutput(metric: (logits: Tensor, labels: Tensor) => Tensor) {
  return (logits: Tensor, labels: Tensor): Tensor =>
    tf.tidy(() => metric(logits.rank === 3 ? tf.unstack(logits, 1)[0]! : logits, labels));
}
