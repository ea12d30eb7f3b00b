// The file format of "Deep Compression" (Han, Mao and Dally 2016) in which the authors publish a pruned, quantised SqueezeNet:
// counts of the non-zero weights of all layers (uint32); then a layer's codebook (256 float32), its biases (float32), one
// byte a non-zero weight (its code), and 4 bits each (zeros skipped since the last one, low half first). Code 0 fills the rest.
import type { ManifestGroup } from './tfjs-manifest.ts';

/**
 * The float32 numbers of a compressed net in the order of a manifest, convolution kernels turned from Caffe's OIHW to HWIO.
 *
 * @throws where the file ends early or late, or a place lies outside of its layer
 */
export function decodeDeepCompression(file: Uint8Array, manifest: readonly ManifestGroup[]): Uint8Array {
  const weights = manifest.flatMap((group) => group.weights);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const layers = weights.length / 2;
  const out = new Float32Array(weights.reduce((sum, w) => sum + w.shape.reduce((a, b) => a * b, 1), 0));
  let at = 4 * layers;
  let to = 0;
  const floats = (count: number) => {
    const values = Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * count;
    return values;
  };
  const bytes = (count: number) => {
    if (at + count > file.length) throw new RangeError('it ends early');
    at += count;
    return file.subarray(at - count, at);
  };
  try {
    for (let layer = 0; layer < layers; layer++) {
      const nonZero = view.getUint32(4 * layer, true);
      const [height, width, inputs, outputs] = weights[2 * layer]!.shape as [number, number, number, number];
      const codebook = floats(256);
      const bias = floats(outputs);
      const codes = bytes(nonZero);
      const skips = bytes((nonZero + 1) >> 1);
      const size = height * width * inputs * outputs;
      const kernel = new Float32Array(size).fill(codebook[0]!);
      for (let i = 0, place = -1; i < nonZero; i++) {
        place += 1 + (i % 2 === 0 ? skips[i >> 1]! & 15 : skips[i >> 1]! >> 4);
        if (place >= size) throw new RangeError(`a weight of layer ${layer + 1} lies outside of it`);
        kernel[place] = codebook[codes[i]!]!;
      }
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let i = 0; i < inputs; i++) {
            for (let o = 0; o < outputs; o++)
              out[to++] = kernel[((o * inputs + i) * height + y) * width + x]!;
          }
        }
      }
      out.set(bias, to);
      to += outputs;
    }
    if (at !== file.length) throw new RangeError(`${file.length - at} bytes are left over`);
  } catch (error) {
    throw new Error(`The compressed net can't be decoded: ${(error as Error).message}.`, { cause: error });
  }
  return new Uint8Array(out.buffer);
}
