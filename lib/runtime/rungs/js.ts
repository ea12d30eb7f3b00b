import type { RungOptions, RungOutcome } from '../ladder.ts';
import { tf } from '../tf.ts';
import { composeFilterGradient } from './filter-gradient.ts';
import { defineMaxPoolGradient } from './max-pool-gradient.ts';

/** tfjs' kernels in plain JavaScript: slow, complete, always there. */
export async function startJs(_options: RungOptions): Promise<RungOutcome> {
  await tf.setBackend('cpu');
  const backend = tf.backend() as unknown as { firstUse?: boolean };
  backend.firstUse = false; // its banner that recommends tfjs-node would reach the cell's stderr
  composeFilterGradient('cpu'); // tfjs' own loops take 13 times as long
  defineMaxPoolGradient('cpu');
  return {
    tried: [
      { engine: 'js', ok: true, why: 'Plain JavaScript always works; it is the slowest engine.', remedy: '' },
    ],
    started: {
      engine: 'js',
      version: `JavaScript on Node ${process.versions.node}`,
      device: 'CPU',
      threads: 1,
    },
  };
}
