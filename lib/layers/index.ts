export * from './activation-layers.ts';
export type { Activation, ActivationName } from './activations.ts';
export { Add } from './add.ts';
export { AuxiliaryClassifier, type AuxiliaryClassifierOptions } from './auxiliary-classifier.ts';
export { AvgPool2D, type AvgPool2DOptions } from './avg-pool2d.ts';
export { BatchNorm, type BatchNormOptions } from './batch-norm.ts';
export { Branches } from './branches.ts';
export { Concat } from './concat.ts';
export { ConvBN, type ConvBNOptions } from './conv-bn.ts';
export { Conv2D, type Conv2DOptions } from './conv2d.ts';
export { Conv2DTranspose, type Conv2DTransposeOptions } from './conv2d-transpose.ts';
export { Dense, type DenseOptions } from './dense.ts';
export { DepthwiseConv2D, type DepthwiseConv2DOptions } from './depthwise-conv2d.ts';
export { Dropout } from './dropout.ts';
export { Embedding, type EmbeddingOptions } from './embedding.ts';
export { Flatten } from './flatten.ts';
export type { Padding, Pair, Rounding } from './geometry.ts';
export { GlobalAvgPool } from './global-avg-pool.ts';
export { GRU } from './gru.ts';
export { Identity } from './identity.ts';
export { Inception, type InceptionOptions, NaiveInception } from './inception.ts';
export { InceptionResNet, type InceptionResNetOptions } from './inception-resnet.ts';
export * from './layer.ts';
export { LocalResponseNorm, type LocalResponseNormOptions } from './local-response-norm.ts';
export { LSTM } from './lstm.ts';
export { MaxPool2D } from './max-pool2d.ts';
export { Maxout, type MaxoutOptions } from './maxout.ts';
export type { NamedLayers } from './named.ts';
export { Pad2D, type Pad2DOptions } from './pad2d.ts';
export type { Pool2DOptions } from './pool2d.ts';
export { RBF } from './rbf.ts';
export type { Field, Window } from './receptive-field.ts';
export { Recurrent, type RecurrentOptions } from './recurrent.ts';
export {
  BasicBlock,
  Bottleneck,
  ResidualBlock,
  type ResidualBlockOptions,
  type Shortcut,
} from './residual-block.ts';
export { Sequential } from './sequential.ts';
export { ShapeError } from './shape.ts';
export { SparseConv2D, type SparseConv2DOptions } from './sparse-conv2d.ts';
export { Subsampling, type SubsamplingOptions } from './subsampling.ts';
export { Upsample, type UpsampleOptions } from './upsample.ts';
export { ZeroPadShortcut } from './zero-pad-shortcut.ts';
