import { tf } from '../tf.ts';

type Infos = Readonly<Record<string, tf.TensorInfo>>;
type Attributes = Readonly<Record<string, unknown>>;

interface Arguments {
  inputs: { x: tf.TensorInfo; dy: tf.TensorInfo };
  attrs: {
    strides: number | [number, number];
    pad: number | 'valid' | 'same';
    dimRoundingMode: 'floor' | 'round' | 'ceil' | undefined;
    filterShape: [number, number, number, number];
  };
  backend: { disposeData(dataId: object): boolean };
}

/**
 * The gradient of a convolution's filter from an engine's own kernels, for engines that lack one. For each place of the filter it
 * is one matrix product: of the pixels that this place saw, `[batch * height * width, channels]`, transposed, and of the
 * gradient of the outputs, `[batch * height * width, filters]`.
 */
export function composeFilterGradient(backendName: string): void {
  const own = (kernelName: string) => {
    const { kernelFunc } = tf.getKernel(kernelName, backendName);
    return (inputs: Infos, attrs: Attributes, backend: unknown) =>
      kernelFunc({ inputs, attrs, backend } as never) as tf.TensorInfo;
  };
  const [pad, slice, strided, reshape] = ['PadV2', 'Slice', 'StridedSlice', 'Reshape'].map(own) as [
    ReturnType<typeof own>,
    ReturnType<typeof own>,
    ReturnType<typeof own>,
    ReturnType<typeof own>,
  ];
  const [multiply, concat] = [
    own('BatchMatMul'),
    tf.getKernel('Concat', backendName).kernelFunc as unknown as (args: {
      inputs: tf.TensorInfo[];
      attrs: Attributes;
      backend: unknown;
    }) => tf.TensorInfo,
  ];

  const gradient = ({ inputs: { x, dy }, attrs, backend }: Arguments): tf.TensorInfo => {
    const { filterShape, strides } = attrs;
    const [height, width, channels, filters] = filterShape;
    const shape = x.shape as [number, number, number, number];
    const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(
      shape,
      filterShape,
      strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    const made: tf.TensorInfo[] = [];
    const keep = (info: tf.TensorInfo) => {
      made.push(info);
      return info;
    };
    const { top, bottom, left, right } = padInfo;
    const paddings = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const padded = keep(pad({ x }, { paddings, constantValue: 0 }, backend));
    const rows = shape[0] * outHeight * outWidth;
    const outputs = keep(reshape({ x: dy }, { shape: [1, rows, filters] }, backend));
    /** The pixels that the filter's place (i, j) saw. */
    const seen = (i: number, j: number) => {
      const begin = [0, i, j, 0];
      if (strideHeight === 1 && strideWidth === 1) {
        return slice({ x: padded }, { begin, size: [shape[0], outHeight, outWidth, channels] }, backend);
      }
      const end = [
        shape[0],
        i + (outHeight - 1) * strideHeight + 1,
        j + (outWidth - 1) * strideWidth + 1,
        channels,
      ];
      const none = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
      return strided(
        { x: padded },
        { begin, end, strides: [1, strideHeight, strideWidth, 1], ...none },
        backend,
      );
    };
    const places: tf.TensorInfo[] = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const pixels = seen(i, j);
        const a = reshape({ x: pixels }, { shape: [1, rows, channels] }, backend);
        places.push(keep(multiply({ a, b: outputs }, { transposeA: true, transposeB: false }, backend)));
        for (const { dataId } of [pixels, a]) backend.disposeData(dataId);
      }
    }
    const joined = keep(concat({ inputs: places, attrs: { axis: 0 }, backend }));
    const result = reshape({ x: joined }, { shape: [...filterShape] }, backend);
    for (const { dataId } of made) backend.disposeData(dataId);
    return result;
  };
  const kernelName = 'Conv2DBackpropFilter';
  if (tf.getKernelsForBackend(backendName).some((kernel) => kernel.kernelName === kernelName)) {
    tf.unregisterKernel(kernelName, backendName);
  }
  tf.registerKernel({ kernelName, backendName, kernelFunc: gradient as never });
}
