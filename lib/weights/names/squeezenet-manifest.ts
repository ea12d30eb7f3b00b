import type { ManifestGroup } from '../tfjs-manifest.ts';

/** The layers of the authors' SqueezeNet 1.0 in the order of their prototxt, as a TensorFlow.js manifest of one shard. */
export function squeezeNetManifest(): ManifestGroup[] {
  const convolutions: [name: string, shape: number[]][] = [['conv1', [7, 7, 3, 96]]];
  let inputs = 96;
  for (const [i, squeeze] of [16, 16, 32, 32, 48, 48, 64, 64].entries()) {
    const fire = `fire${i + 2}`;
    convolutions.push(
      [`${fire}/conv1x1_1`, [1, 1, inputs, squeeze]],
      [`${fire}/conv1x1_2`, [1, 1, squeeze, 4 * squeeze]],
      [`${fire}/conv3x3_2`, [3, 3, squeeze, 4 * squeeze]],
    );
    inputs = 8 * squeeze;
  }
  convolutions.push(['conv_final', [1, 1, inputs, 1000]]);
  const weights = convolutions.flatMap(([name, shape]) => [
    { name: `${name}/kernel`, shape, dtype: 'float32' },
    { name: `${name}/bias`, shape: [shape[3]!], dtype: 'float32' },
  ]);
  return [{ paths: ['weights.bin'], weights }];
}
