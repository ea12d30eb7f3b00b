import { describe, expect, it } from 'vitest';
import { summary } from '../../../lib/analysis/summary.ts';
import { AlexNet, GoogLeNet, type ModelName, models, VGG } from '../../../lib/models/index.ts';

/** Trainable parameters of each model as published, or as Keras, torchvision and timm count theirs. */
const published: Partial<Record<ModelName, number>> = {
  'lenet-1989': 9_760,
  'lenet-5': 60_000,
  'lenet-5-modern': 61_706,
  alexnet: 62_378_344,
  'alexnet-groups': 60_965_224,
  'vgg-11': 132_863_336,
  'vgg-13': 133_047_848,
  'vgg-16': 138_357_544,
  'vgg-19': 143_667_240,
  'inception-v3': 23_834_568,
  'inception-v4': 42_679_816,
  'resnet-18': 11_689_512,
  'resnet-34': 21_797_672,
  'resnet-50': 25_557_032,
  'resnet-101': 44_549_160,
  'resnet-152': 60_192_808,
  'cifar-resnet-20': 269_722,
  'cifar-resnet-32': 464_154,
  'cifar-resnet-44': 658_586,
  'cifar-resnet-56': 853_018,
  'cifar-resnet-110': 1_727_962,
  'cifar-resnet-1202': 19_421_274,
  'mobilenet-v1': 4_231_976,
  'mobilenet-v2': 3_504_872,
  'squeezenet-1.0': 1_248_424,
  'squeezenet-1.1': 1_235_496,
};

describe('the models', () => {
  it.each(Object.entries(published))('%s has %i parameters', (name, parameters) => {
    expect(summary(models[name as ModelName]()).totals.parameters).toBe(parameters);
  });

  it('have no parameters in the shortcuts of the CIFAR family: the plain nets have as many', () => {
    for (const depth of [20, 32, 44, 56] as const) {
      const plain = summary(models[`cifar-plain-${depth}`]()).totals.parameters;
      expect(plain).toBe(published[`cifar-resnet-${depth}`]);
    }
  });
});

describe('LeNet', () => {
  it("of 1989 has the slides' units, connections and parameters, layer by layer", () => {
    const costs = summary(models['lenet-1989']());
    expect(costs.totals).toMatchObject({ units: 1256, connections: 64_660, parameters: 9760 });
    const rows = ['h1', 'h2', 'h3', 'output'].map((path) => [
      costs.row(path).connections,
      costs.row(path).parameters,
    ]);
    expect(rows).toEqual([
      [19_968, 1068],
      [38_592, 2592],
      [5790, 5790],
      [310, 310],
    ]);
  });

  it("5 has the paper's parameters and 340,908 connections, layer by layer", () => {
    const costs = summary(models['lenet-5']());
    const rows = ['C1', 'S2', 'C3', 'S4', 'C5', 'F6'].map((path) => [
      costs.row(path).parameters,
      costs.row(path).connections,
    ]);
    expect(rows).toEqual([
      [156, 122_304],
      [12, 5880],
      [1516, 151_600],
      [32, 2000],
      [48_120, 48_120],
      [10_164, 10_164],
    ]);
    expect(costs.totals.connections).toBe(340_908);
    expect(costs.totals.fixed).toBe(840);
  });
});

describe('AlexNet', () => {
  it("has every row of the slides' table", () => {
    const costs = summary(new AlexNet({ order: 'slides' }));
    const rows = costs.rows
      .filter((r) => !/Flatten|Dropout/.test(r.kind))
      .map((r) => [r.path, r.outputShape.join('x')]);
    expect(rows).toEqual([
      ['conv1', '55x55x96'],
      ['pool1', '27x27x96'],
      ['norm1', '27x27x96'],
      ['conv2', '27x27x256'],
      ['pool2', '13x13x256'],
      ['norm2', '13x13x256'],
      ['conv3', '13x13x384'],
      ['conv4', '13x13x384'],
      ['conv5', '13x13x256'],
      ['pool3', '6x6x256'],
      ['fc6', '4096'],
      ['fc7', '4096'],
      ['fc8', '1000'],
    ]);
  });

  it('has 724M multiply-adds with groups, 1,135M without, and 836.5M where CONV4 alone has none', () => {
    const [one, two] = [summary(new AlexNet()), summary(new AlexNet({ groups: 2 }))];
    expect(two.totals.multiplyAdds).toBe(724_406_816);
    expect(one.totals.multiplyAdds).toBe(1_135_256_096);
    const slide = two.totals.multiplyAdds - two.row('conv4').multiplyAdds + one.row('conv4').multiplyAdds;
    expect(slide / 1e6).toBeCloseTo(836.5, 1);
  });

  it('pools behind the normalisation, as published', () => {
    const paths = summary(new AlexNet()).rows.map((r) => r.path);
    expect(paths.indexOf('norm1')).toBeLessThan(paths.indexOf('pool1'));
  });
});

describe('AlexNet of torchvision', () => {
  it('has its 61,100,840 parameters and 55x55 maps behind CONV1', () => {
    const costs = summary(new AlexNet({ variant: 'torchvision' }));
    expect(costs.totals.parameters).toBe(61_100_840);
    expect(costs.row('conv1').outputShape).toEqual([55, 55, 64]);
    expect(costs.row('pool3').outputShape).toEqual([6, 6, 256]);
  });
});

describe('VGG', () => {
  it("has every row of the slides' table: values and parameters without biases", () => {
    const costs = summary(new VGG({ depth: 16 }));
    const rows = costs.rows
      .filter((r) => !/Flatten|Dropout/.test(r.kind))
      .map((r) => [r.activations, r.parameters - r.biases]);
    expect(rows).toEqual([
      [224 * 224 * 64, 1728],
      [224 * 224 * 64, 36_864],
      [112 * 112 * 64, 0],
      [112 * 112 * 128, 73_728],
      [112 * 112 * 128, 147_456],
      [56 * 56 * 128, 0],
      [56 * 56 * 256, 294_912],
      [56 * 56 * 256, 589_824],
      [56 * 56 * 256, 589_824],
      [28 * 28 * 256, 0],
      [28 * 28 * 512, 1_179_648],
      [28 * 28 * 512, 2_359_296],
      [28 * 28 * 512, 2_359_296],
      [14 * 14 * 512, 0],
      [14 * 14 * 512, 2_359_296],
      [14 * 14 * 512, 2_359_296],
      [14 * 14 * 512, 2_359_296],
      [7 * 7 * 512, 0],
      [4096, 102_760_448],
      [4096, 16_777_216],
      [1000, 4_096_000],
    ]);
  });

  it('sums to 138,344,128 parameters without biases and 15.2M values, not 24M', () => {
    const { totals } = summary(new VGG());
    expect(totals.parametersWithoutBiases).toBe(138_344_128);
    expect(totals.activations).toBe(15_237_608);
    expect(totals.forwardBytes / 1e6).toBeCloseTo(61, 0);
    expect(totals.trainingBytes).toBe(2 * totals.forwardBytes);
  });
});

describe('GoogLeNet', () => {
  it('has 7.0M parameters, 13.4M with its auxiliary heads, and one dense layer', () => {
    const [plain, full] = [summary(new GoogLeNet()), summary(new GoogLeNet({ auxiliary: true }))];
    expect(plain.totals.parameters).toBe(6_998_552);
    expect(full.totals.parameters).toBe(13_378_280);
    expect(plain.rows.filter((r) => r.kind === 'Dense').map((r) => r.path)).toEqual(['fc']);
  });

  it('is 22 layers deep, counting those with weights along the longest way', () => {
    const { rows } = summary(new GoogLeNet());
    const inModules = 2 * 9; // the 3x3 and 5x5 branches are two convolutions long
    const outside = rows.filter((r) => r.parameters > 0 && !r.path.startsWith('inception')).length;
    expect(inModules + outside).toBe(22);
  });

  it("has the sizes of the paper's table 1", () => {
    const costs = summary(new GoogLeNet());
    const size = (path: string) => costs.row(path).outputShape.join('x');
    expect(
      [
        'pool1',
        'pool2',
        'inception3a',
        'inception3b',
        'pool3',
        'inception4a',
        'inception4e',
        'pool4',
        'inception5b',
      ].map(size),
    ).toEqual([
      '56x56x64',
      '28x28x192',
      '28x28x256',
      '28x28x480',
      '14x14x480',
      '14x14x512',
      '14x14x832',
      '7x7x832',
      '7x7x1024',
    ]);
  });
});

describe('ResNet', () => {
  it("has the multiply-adds of the paper's table 1, in units of 10^9", () => {
    const giga = (name: ModelName) => summary(models[name]()).totals.multiplyAdds / 1e9;
    expect(giga('resnet-18')).toBeCloseTo(1.8, 1);
    // The others are 3.6, 3.8, 7.6 and 11.3 there; 34 and 50 leave the projections out.
    expect(giga('resnet-34')).toBeCloseTo(3.66, 2);
    expect(giga('resnet-50')).toBeCloseTo(3.86, 2);
    expect(giga('resnet-101')).toBeCloseTo(7.6, 1);
    expect(giga('resnet-152')).toBeCloseTo(11.3, 1);
  });
});
