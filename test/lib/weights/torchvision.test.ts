import { beforeAll, describe, expect, it } from 'vitest';
import { Conv2D } from '../../../lib/layers/conv2d.ts';
import { Dense } from '../../../lib/layers/dense.ts';
import { DepthwiseConv2D } from '../../../lib/layers/depthwise-conv2d.ts';
import { Flatten } from '../../../lib/layers/flatten.ts';
import { Sequential } from '../../../lib/layers/sequential.ts';
import {
  AlexNet,
  GoogLeNet,
  InceptionV3,
  MobileNetV2,
  ResNet,
  SqueezeNet,
  VGG,
} from '../../../lib/models/index.ts';
import type { Model } from '../../../lib/models/model.ts';
import { startEngine } from '../../../lib/runtime/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';
import { hostRandom } from '../../../lib/training/random.ts';
import { torchName } from '../../../lib/weights/names/torchvision.ts';
import { permute } from '../../../lib/weights/permute.ts';
import type { StoredTensor } from '../../../lib/weights/safetensors.ts';
import { assignTorchvision } from '../../../lib/weights/torchvision.ts';

beforeAll(async () => {
  await startEngine();
});

const random = hostRandom(8);
const stored = (shape: number[]): StoredTensor => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
});

// Names and numbers as torchvision 0.2x prints them for these models.
describe('names of torchvision', () => {
  const names = (model: Model, family: string) =>
    model.variables.map((v) => torchName(v.path, family, model.variables));
  it.each<[string, () => Model, string, number, string[]]>([
    [
      'vgg16',
      () => new VGG({ depth: 16, width: 0.05, inputShape: [32, 32, 3] }),
      'vgg',
      32,
      [
        'features.0.weight',
        'features.2.bias',
        'features.5.weight',
        'features.28.weight',
        'classifier.0.weight',
        'classifier.6.bias',
      ],
    ],
    [
      'vgg11',
      () => new VGG({ depth: 11, width: 0.05, inputShape: [32, 32, 3] }),
      'vgg',
      22,
      [
        'features.0.weight',
        'features.3.weight',
        'features.6.weight',
        'features.8.weight',
        'features.18.weight',
      ],
    ],
    [
      'resnet18',
      () => new ResNet({ depth: 18, width: 0.1 }),
      'resnet',
      102,
      [
        'conv1.weight',
        'bn1.running_var',
        'layer1.0.conv1.weight',
        'layer2.0.downsample.0.weight',
        'layer2.0.downsample.1.running_mean',
        'layer4.1.bn2.bias',
        'fc.weight',
      ],
    ],
    [
      'resnet50',
      () => new ResNet({ depth: 50, width: 0.1, strideOn: '3x3' }),
      'resnet',
      267,
      ['layer1.0.conv3.weight', 'layer1.0.downsample.0.weight', 'layer3.5.bn3.weight'],
    ],
    [
      'inception_v3',
      () => new InceptionV3({ width: 0.05 }),
      'inception-v3',
      472,
      [
        'Conv2d_1a_3x3.conv.weight',
        'Mixed_5b.branch1x1.conv.weight',
        'Mixed_5b.branch5x5_2.bn.running_var',
        'Mixed_5b.branch_pool.conv.weight',
        'Mixed_6a.branch3x3.conv.weight',
        'Mixed_7b.branch3x3_2a.bn.bias',
        'Mixed_7c.branch3x3dbl_3b.conv.weight',
        'fc.bias',
      ],
    ],
    [
      'googlenet',
      () => new GoogLeNet({ variant: 'torchvision', auxiliary: true, width: 0.1 }),
      'googlenet',
      305,
      [
        'conv1.conv.weight',
        'conv3.bn.bias',
        'inception3a.branch1.conv.weight',
        'inception3a.branch2.1.conv.weight',
        'inception5b.branch4.1.bn.running_var',
        'aux1.conv.conv.weight',
        'aux2.fc1.weight',
        'aux2.fc2.bias',
        'fc.bias',
      ],
    ],
    [
      'mobilenet_v2',
      () => new MobileNetV2({ width: 0.25 }),
      'mobilenet-v2',
      262,
      [
        'features.0.0.weight',
        'features.0.1.running_mean',
        'features.1.conv.0.0.weight',
        'features.1.conv.1.weight',
        'features.2.conv.1.0.weight',
        'features.2.conv.3.bias',
        'features.17.conv.2.weight',
        'features.18.1.weight',
        'classifier.1.weight',
      ],
    ],
    [
      'squeezenet1_0',
      () => new SqueezeNet({ width: 0.25 }),
      'squeezenet',
      52,
      [
        'features.0.weight',
        'features.3.squeeze.weight',
        'features.7.expand3x3.bias',
        'features.12.expand1x1.weight',
        'classifier.1.weight',
      ],
    ],
    [
      'squeezenet1_1',
      () => new SqueezeNet({ version: '1.1', width: 0.25 }),
      'squeezenet',
      52,
      ['features.6.squeeze.weight', 'features.9.squeeze.weight'],
    ],
    [
      'alexnet',
      () => new AlexNet({ variant: 'torchvision', width: 0.05 }),
      'alexnet',
      16,
      [
        'features.0.weight',
        'features.3.bias',
        'features.10.weight',
        'classifier.1.weight',
        'classifier.6.bias',
      ],
    ],
  ])('%s', (_name, make, family, count, some) => {
    const model = make().build();
    const all = names(model, family);
    expect(new Set(all).size).toBe(count);
    expect(all).toHaveLength(count);
    expect(all).toEqual(expect.arrayContaining(some));
    model.dispose();
  });
});

describe('layouts of torchvision', () => {
  it('give the outputs that plain loops over NCHW give', () => {
    const net = new Sequential({
      conv1: new Conv2D({ filters: 4, kernelSize: 3, padding: 'valid' }),
      conv2: new DepthwiseConv2D({ kernelSize: 2, padding: 'valid' }),
      flatten: new Flatten(),
      fc6: new Dense({ units: 3 }),
    });
    const state = new Map([
      ['features.0.weight', stored([4, 2, 3, 3])],
      ['features.0.bias', stored([4])],
      ['features.3.weight', stored([4, 1, 2, 2])],
      ['features.3.bias', stored([4])],
      ['classifier.1.weight', stored([3, 4 * 2 * 3])],
      ['classifier.1.bias', stored([3])],
    ]);
    assignTorchvision(net, state, { inputShape: [5, 6, 2], family: 'alexnet' });
    const image = stored([2, 5, 6]); // CHW
    const get = (name: string) => state.get(name)!.data;
    const first = (o: number, y: number, x: number) => {
      let sum = get('features.0.bias')[o]!;
      for (let i = 0; i < 2; i++)
        for (let dy = 0; dy < 3; dy++)
          for (let dx = 0; dx < 3; dx++)
            sum +=
              get('features.0.weight')[((o * 2 + i) * 3 + dy) * 3 + dx]! *
              image.data[(i * 5 + y + dy) * 6 + x + dx]!;
      return sum;
    };
    const second = (c: number, y: number, x: number) => {
      let sum = get('features.3.bias')[c]!;
      for (let dy = 0; dy < 2; dy++)
        for (let dx = 0; dx < 2; dx++)
          sum += get('features.3.weight')[(c * 2 + dy) * 2 + dx]! * first(c, y + dy, x + dx);
      return sum;
    };
    const expected = [0, 1, 2].map((o) => {
      let sum = get('classifier.1.bias')[o]!;
      let at = 0;
      for (let c = 0; c < 4; c++)
        for (let y = 0; y < 2; y++)
          for (let x = 0; x < 3; x++) sum += get('classifier.1.weight')[o * 24 + at++]! * second(c, y, x);
      return sum;
    });
    const x = tf.tensor4d(permute(image.data as Float32Array, [2, 5, 6], [1, 2, 0]), [1, 5, 6, 2]);
    net
      .apply(x)
      .dataSync()
      .forEach((v, i) => void expect(v).toBeCloseTo(expected[i]!, 3));
  });

  it('names what is missing, left over or of another shape, and changes nothing', () => {
    const model = new ResNet({ depth: 18, width: 0.1, inputShape: [32, 32, 3] }).build();
    const state = new Map(
      model.variables.map((v) => [
        torchName(v.path, 'resnet', model.variables),
        stored(
          v.variable.shape.length === 4
            ? [3, 2, 0, 1].map((a) => v.variable.shape[a]!)
            : v.variable.shape.toReversed(),
        ),
      ]),
    );
    const before = model.variables.map((v) => v.variable.dataSync().slice(0, 3).join());
    state.set('bn1.num_batches_tracked', { shape: [], dtype: 'int32', data: new Int32Array([1]) });
    state.delete('fc.bias');
    state.set('extra.weight', stored([1]));
    state.set('bn1.weight', stored([7]));
    expect(() => assignTorchvision(model, state)).toThrow(
      /"bn1.weight" has shape \[7\], which does not become \[6\]; "fc.bias" is missing .*; the model has nothing for "extra.weight". Nothing was loaded/,
    );
    expect(model.variables.map((v) => v.variable.dataSync().slice(0, 3).join())).toEqual(before);
    expect(() => assignTorchvision(new Sequential([new Dense({ units: 1 })]).build([2]), new Map())).toThrow(
      /not known. Pass family/,
    );
  });
});
