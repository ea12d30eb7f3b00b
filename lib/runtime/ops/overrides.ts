// tfjs-node composes some gradients from many ops where TensorFlow has one. These overrides go through tfjs' own
// registries, so eager code gains as compiled steps do.
import { overrideActivations } from './activations.ts';
import { defineBatchNorm, overrideBatchNormInference } from './batch-norm.ts';
import { overrideGather } from './gather.ts';
import { overrideLinear } from './linear.ts';
import { defineSoftmaxCrossEntropy } from './softmax-cross-entropy.ts';

/** Registers all of them; once, when TensorFlow has become the engine. */
export function registerOverrides(): void {
  overrideActivations();
  overrideGather();
  overrideLinear();
  defineBatchNorm();
  overrideBatchNormInference();
  defineSoftmaxCrossEntropy();
}
