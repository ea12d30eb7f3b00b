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

/**
 * Keras' MobileNetV2: `expanded_conv_project/kernel`, `block_3_expand_BN/gamma`. Which blocks have a shortcut depends on the
 * width, so the model's own paths decide whether there is a `body`.
 */
export const mobileNetV2Keras = (paths: ReadonlySet<string>): Renaming => {
  const block = (number: number, rest: string) => {
    const path = `block${number}.`;
    return paths.has(`${path}body.depthwise.kernel`) ? `${path}body.${rest}` : path + rest;
  };
  const part = (name: string) =>
    ({
      expand: 'expand.conv.',
      expand_BN: 'expand.bn.',
      depthwise: 'depthwise.',
      depthwise_BN: 'bn.',
      project: 'project.conv.',
      project_BN: 'project.bn.',
    })[name] ?? `${name}.`;
  return {
    rules: [
      [/depthwise_kernel$/, 'kernel'],
      [/^Conv1\//, 'conv1.conv.'],
      [/^bn_Conv1\//, 'conv1.bn.'],
      [/^Conv_1\//, 'conv2.conv.'],
      [/^Conv_1_bn\//, 'conv2.bn.'],
      [/^predictions\//, 'fc.'],
      [/^expanded_conv_(\w+)\//, (name) => block(1, part(name!))],
      [/^block_(\d+)_(\w+)\//, (n, name) => block(Number(n) + 1, part(name!))],
      [/moving_mean$/, 'movingMean'],
      [/moving_variance$/, 'movingVariance'],
    ],
  };
};
