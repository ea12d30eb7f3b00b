import { hashSeed } from '../layers/layer.ts';
import { type ArrayInput, type Rows, rows } from '../training/arrays.ts';
import { permutation } from '../training/random.ts';

export interface LinearOptions {
  /** `'softmax'`: cross-entropy; `'svm'`: the multi-class hinge loss of Weston and Watkins, margin 1. Default `'softmax'`. */
  loss?: 'softmax' | 'svm';
  /** The strength lambda of the L2 penalty lambda * sum(W^2); default 1e-4. */
  lambda?: number;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  /** Momentum of the updates; default 0.9. */
  momentum?: number;
  seed?: number;
  /** Called after each epoch with the mean loss (penalty included) of the epoch. */
  onEpoch?: (epoch: number, loss: number) => void;
}

/**
 * A linear classifier f(x) = W x + b that is trained by minibatch gradient descent, written out in plain loops: the whole
 * learning rule can be read here. For large data use `Dense` with `fit`.
 *
 * The SVM's loss of one example is sum over c != y of max(0, s_c - s_y + 1).
 *
 * @example
 * import { LinearClassifier } from 'convbook';
 * const model = new LinearClassifier({ loss: 'svm', epochs: 50 }).train([[0, 1], [1, 0]], [0, 1]);
 * console.log(model.predict([[0, 2], [2, 0]])); // Int32Array [0, 1]
 */
export class LinearClassifier {
  private readonly options: Required<Omit<LinearOptions, 'onEpoch'>> & Pick<LinearOptions, 'onEpoch'>;
  /** `[inputs, classes]`, row by row; one column is one class' template. */
  weights = new Float32Array(0);
  bias = new Float32Array(0);
  inputs = 0;
  classes = 0;

  constructor(options: LinearOptions = {}) {
    this.options = {
      loss: 'softmax',
      lambda: 1e-4,
      epochs: 20,
      batchSize: 32,
      learningRate: 0.05,
      momentum: 0.9,
      seed: 0,
      ...options,
    };
    const { loss } = this.options;
    if (loss !== 'softmax' && loss !== 'svm')
      throw new Error(`LinearClassifier knows the losses softmax and svm, not "${loss}".`);
    for (const name of ['epochs', 'batchSize', 'learningRate'] as const) {
      if (!(this.options[name] > 0))
        throw new Error(`LinearClassifier: ${name} is ${this.options[name]}; expected it above 0.`);
    }
  }

  /** Learns from examples (any shape; flattened) and class numbers; starts anew each time. */
  train(xs: ArrayInput, labels: ArrayInput, exampleShape?: readonly number[]): this {
    const source = rows(xs, 'examples', exampleShape);
    const ys = Int32Array.from(read(rows(labels, 'labels')));
    if (source.count !== ys.length)
      throw new Error(`There are ${source.count} examples but ${ys.length} labels.`);
    if (source.count === 0) throw new Error('There are no examples to learn from.');
    const data = read(source);
    this.inputs = data.length / source.count;
    this.classes = ys.reduce((a, b) => Math.max(a, b), 0) + 1;
    this.weights = new Float32Array(this.inputs * this.classes);
    this.bias = new Float32Array(this.classes);
    const speed = { weights: new Float32Array(this.weights.length), bias: new Float32Array(this.classes) };
    const { epochs, batchSize, seed, onEpoch } = this.options;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = permutation(ys.length, hashSeed(seed, epoch));
      let total = 0;
      for (let from = 0; from < ys.length; from += batchSize) {
        const batch = order.subarray(from, from + batchSize);
        total += this.step(data, ys, batch, speed) * batch.length;
      }
      onEpoch?.(epoch, total / ys.length);
    }
    return this;
  }

  /** Loss and gradients of some examples, by the formulas of the slides; public so that labs can check their own. */
  lossAndGradients(
    data: Float32Array,
    ys: Int32Array,
    batch: Int32Array,
  ): { loss: number; weights: Float32Array; bias: Float32Array } {
    const { inputs: n, classes: k } = this;
    const { lambda, loss: kind } = this.options;
    const gradient = { weights: new Float32Array(n * k), bias: new Float32Array(k) };
    let loss = 0;
    const toScores = new Float64Array(k); // dL / ds of one example
    for (const i of batch) {
      const x = data.subarray(i * n, (i + 1) * n);
      const scores = this.scores(x);
      loss += kind === 'svm' ? hinge(scores, ys[i]!, toScores) : crossEntropy(scores, ys[i]!, toScores);
      for (let j = 0; j < n; j++) {
        const value = x[j]!;
        if (value === 0) continue;
        for (let c = 0, at = j * k; c < k; c++, at++) gradient.weights[at]! += value * toScores[c]!;
      }
      for (let c = 0; c < k; c++) gradient.bias[c]! += toScores[c]!;
    }
    let penalty = 0;
    for (let at = 0; at < n * k; at++) {
      gradient.weights[at] = gradient.weights[at]! / batch.length + 2 * lambda * this.weights[at]!;
      penalty += this.weights[at]! ** 2;
    }
    for (let c = 0; c < k; c++) gradient.bias[c]! /= batch.length;
    return { loss: loss / batch.length + lambda * penalty, ...gradient };
  }

  predict(xs: ArrayInput, exampleShape?: readonly number[]): Int32Array {
    const source = rows(xs, 'examples', exampleShape);
    const data = read(source);
    if (this.inputs === 0)
      throw new Error('LinearClassifier has learned nothing yet. Call train(xs, labels) first.');
    if (data.length !== source.count * this.inputs) {
      throw new Error(
        `The examples have ${data.length / source.count} numbers each; the classifier learned from ${this.inputs}.`,
      );
    }
    return Int32Array.from({ length: source.count }, (_, i) => {
      const scores = this.scores(data.subarray(i * this.inputs, (i + 1) * this.inputs));
      return scores.indexOf(Math.max(...scores));
    });
  }

  private scores(x: Float32Array): Float64Array {
    const k = this.classes;
    const scores = Float64Array.from(this.bias);
    for (let j = 0; j < x.length; j++) {
      const value = x[j]!;
      if (value === 0) continue;
      for (let c = 0, at = j * k; c < k; c++, at++) scores[c]! += value * this.weights[at]!;
    }
    return scores;
  }

  private step(
    data: Float32Array,
    ys: Int32Array,
    batch: Int32Array,
    speed: { weights: Float32Array; bias: Float32Array },
  ) {
    const { learningRate, momentum } = this.options;
    const { loss, ...gradients } = this.lossAndGradients(data, ys, batch);
    for (const part of ['weights', 'bias'] as const) {
      const [values, v, g] = [this[part], speed[part], gradients[part]];
      for (let i = 0; i < values.length; i++) {
        v[i] = momentum * v[i]! - learningRate * g[i]!;
        values[i]! += v[i]!;
      }
    }
    return loss;
  }
}

function hinge(scores: Float64Array, label: number, gradient: Float64Array): number {
  let loss = 0;
  gradient.fill(0);
  for (let c = 0; c < scores.length; c++) {
    const margin = scores[c]! - scores[label]! + 1;
    if (c === label || margin <= 0) continue;
    loss += margin;
    gradient[c]!++;
    gradient[label]!--;
  }
  return loss;
}

function crossEntropy(scores: Float64Array, label: number, gradient: Float64Array): number {
  const most = Math.max(...scores);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    gradient[c] = Math.exp(scores[c]! - most);
    sum += gradient[c]!;
  }
  for (let c = 0; c < scores.length; c++) gradient[c]! /= sum;
  const loss = -Math.log(gradient[label]!);
  gradient[label]!--;
  return loss;
}

function read(source: Rows): Float32Array {
  if (source.count === 0) return new Float32Array(0);
  const tensor = source.gather(Int32Array.from({ length: source.count }, (_, i) => i));
  const data = Float32Array.from(tensor.dataSync());
  tensor.dispose();
  return data;
}
