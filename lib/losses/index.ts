export { binaryCrossEntropy } from './binary-cross-entropy.ts';
export { hinge } from './hinge.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { smoothL1 } from './smooth-l1.ts';
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from './softmax-cross-entropy.ts';
