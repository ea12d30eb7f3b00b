import { tf } from '../tf.ts';

interface Arguments {
  inputs: { dy: tf.TensorInfo; input: tf.TensorInfo };
  attrs: {
    filterSize: number | [number, number];
    strides: number | [number, number];
    pad: number | 'valid' | 'same';
    dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
  };
  backend: {
    readSync(dataId: object): Float32Array;
    write(values: Float32Array, shape: number[], dtype: string): object;
  };
}

/**
 * The gradient of max pooling for engines whose values lie in JavaScript's reach: each output's gradient goes to the first
 * largest pixel of its window. tfjs' own kernel for the CPU looks for each pixel's windows, through bounds checks.
 */
export function defineMaxPoolGradient(backendName: string): void {
  const kernelName = 'MaxPoolGrad';
  if (tf.getKernelsForBackend(backendName).some((kernel) => kernel.kernelName === kernelName)) {
    tf.unregisterKernel(kernelName, backendName);
  }
  tf.registerKernel({ kernelName, backendName, kernelFunc: gradient as never });
}

function gradient({ inputs: { dy, input }, attrs, backend }: Arguments): tf.TensorInfo {
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(
    shape,
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  const [batch, height, width, channels] = shape;
  const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const x = backend.readSync(input.dataId);
  const given = backend.readSync(dy.dataId);
  const result = new Float32Array(x.length);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * strideHeight - padInfo.top;
      const [firstRow, lastRow] = [Math.max(0, top), Math.min(height, top + filterHeight)];
      for (let j = 0; j < outWidth; j++) {
        const left = j * strideWidth - padInfo.left;
        const [firstColumn, lastColumn] = [Math.max(0, left), Math.min(width, left + filterWidth)];
        for (let c = 0; c < channels; c++) {
          let largest = Number.NEGATIVE_INFINITY;
          let place = -1;
          for (let row = firstRow; row < lastRow; row++) {
            let from = ((b * height + row) * width + firstColumn) * channels + c;
            for (let column = firstColumn; column < lastColumn; column++, from += channels) {
              if (x[from]! > largest) {
                largest = x[from]!;
                place = from;
              }
            }
          }
          if (place >= 0) result[place]! += given[at]!;
          at++;
        }
      }
    }
  }
  return { dataId: backend.write(result, input.shape, 'float32'), shape: input.shape, dtype: 'float32' };
}
