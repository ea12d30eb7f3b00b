import type { Renaming } from '../rename.ts';
import { mobileNetV1Keras, mobileNetV2Keras } from './mobilenet.ts';

const statistics: Renaming['rules'] = [
  [/moving_mean$/, 'movingMean'],
  [/moving_variance$/, 'movingVariance'],
];

/** `keras.applications` VGG16 and VGG19: `block1_conv1/kernel`, `fc1`, `fc2`, `predictions`. */
const vgg: Renaming = {
  rules: [
    [/^block(\d)_conv(\d)\//, 'conv$1_$2.'],
    [/^fc1\//, 'fc6.'],
    [/^fc2\//, 'fc7.'],
    [/^predictions\//, 'fc8.'],
  ],
};

/** ResNet50, 101 and 152 (not V2): `conv3_block2_1_conv/kernel`; number 0 is the shortcut. Their convolutions have biases. */
const resnet: Renaming = {
  rules: [
    [/^conv1_(conv|bn)\//, 'conv1.$1.'],
    [/^conv(\d)_block(\d+)_0_(conv|bn)\//, 'conv$1.block$2.shortcut.$3.'],
    [/^conv(\d)_block(\d+)_(\d)_(conv|bn)\//, 'conv$1.block$2.$4$3.'],
    [/^predictions\//, 'fc.'],
    ...statistics,
  ],
};

/** SqueezeNet 1.1 as published for Keras (Wohlert 2016, and others after it): `fire2/squeeze1x1`, `fire2/expand3x3`. */
const squeezenet: Renaming = {
  rules: [
    [/^(fire\d)[/_](?:sq|squeeze)1x1\//, '$1.squeeze.'],
    [/^(fire\d)[/_](?:exp|expand)(\d)x\d\//, '$1.expand.conv$2x$2.'],
    [/^conv(\d+)\//, 'conv$1.'],
  ],
};

/** By the start of a model's kind; some need to know the paths of the model's weights. */
export const kerasNames: Readonly<Record<string, Renaming | ((paths: ReadonlySet<string>) => Renaming)>> = {
  vgg,
  resnet,
  squeezenet,
  mobilenetv1: mobileNetV1Keras,
  mobilenetv2: mobileNetV2Keras,
};
