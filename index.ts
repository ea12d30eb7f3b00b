// What `import { … } from 'convbook'` gives. Importing it starts the engine, so that a notebook's first tensor already lives
// on it; CONVBOOK_ENGINE=none leaves that to startEngine(). A name that two folders export is an error of the type check.

export * from './datasets/index.ts';
export * from './kernel/display/api.ts';
export * from './lib/analysis/index.ts';
export * from './lib/classical/index.ts';
export * from './lib/figures/index.ts';
export * from './lib/initializers/index.ts';
export * from './lib/labs/index.ts';
export * from './lib/layers/index.ts';
export * from './lib/losses/index.ts';
export * from './lib/measure/index.ts';
export * from './lib/metrics/index.ts';
export * from './lib/models/index.ts';
export * from './lib/optimizers/index.ts';
export * from './lib/runtime/index.ts';
export * from './lib/training/index.ts';
export * from './lib/vision/index.ts';
export * from './lib/weights/index.ts';

import { inspect } from 'node:util';
import { type TensorLike, titleOf } from './kernel/display/tensor.ts';
import { startEngine, tf } from './lib/runtime/index.ts';

Object.defineProperty(tf.Tensor.prototype, inspect.custom, {
  value(this: TensorLike) {
    return this.isDisposed ? `${titleOf(this)}, disposed` : titleOf(this);
  },
  writable: true,
  configurable: true,
});

if (process.env['CONVBOOK_ENGINE'] !== 'none') await startEngine();
