import type { Layer, Shape } from '../layers/layer.ts';
import { rows } from './arrays.ts';
import { type ArrayData, labelsOf, type TrainingData } from './data.ts';

/**
 * Checks class numbers against the number of outputs before any step. A class that has no output would become a row of zeros
 * among one-hot rows, and train without a word.
 *
 * @throws a sentence that names the first label that can't be, and its place
 */
export function checkClassNumbers(model: Layer, data: TrainingData, inputShape: Shape): void {
  if (typeof data === 'function' || Symbol.iterator in data || Symbol.asyncIterator in data) return;
  const classes = model.outputShape(inputShape).at(-1);
  const labels = rows(labelsOf(data as ArrayData), 'labels');
  // Labels with dimensions of their own are one-hot rows or one class a pixel; the loss tells them apart.
  if (classes === undefined || labels.exampleShape.length > 0) return;
  for (let from = 0; from < labels.count; from += 65536) {
    const indices = Int32Array.from({ length: Math.min(65536, labels.count - from) }, (_, i) => from + i);
    const tensor = labels.gather(indices);
    const numbers = tensor.dataSync();
    tensor.dispose();
    for (let i = 0; i < numbers.length; i++) {
      const label = numbers[i]!;
      if (Number.isInteger(label) && label >= 0 && label < classes) continue;
      throw new Error(
        `Label ${from + i} is ${label}, but the model has ${classes} outputs: its classes are numbered 0 to ${classes - 1}. ` +
          'Correct the labels, or give the last layer as many units as there are classes.',
      );
    }
  }
}
