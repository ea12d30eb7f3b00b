import type { Renaming } from '../rename.ts';

/** Keras' MobileNet (v1): `conv_dw_3/depthwise_kernel` (Keras 3: `kernel`), `conv_pw_3_bn/gamma`; its classifier is a 1x1 convolution. */
export const mobileNetV1Keras: Renaming = {
  rules: [
    [/^conv_preds\/kernel$/, 'fc.kernel'],
    [/^conv_preds\/bias$/, 'fc.bias'],
    [/^conv1\/kernel$/, 'conv1.conv.kernel'],
    [/^conv1_bn\//, 'conv1.bn.'],
    [/^conv_dw_(\d+)\/(?:depthwise_)?kernel$/, (n) => `conv${Number(n) + 1}.depthwise.kernel`],
    [/^conv_dw_(\d+)_bn\//, (n) => `conv${Number(n) + 1}.bn.`],
    [/^conv_pw_(\d+)\/kernel$/, (n) => `conv${Number(n) + 1}.pointwise.conv.kernel`],
    [/^conv_pw_(\d+)_bn\//, (n) => `conv${Number(n) + 1}.pointwise.bn.`],
    [/moving_mean$/, 'movingMean'],
    [/moving_variance$/, 'movingVariance'],
  ],
  reshape: true,
};
