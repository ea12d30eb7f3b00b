import type { NamedVariable } from '../../layers/layer.ts';

const leaves: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
};

/** torchvision's name of one of this library's weights. */
export function torchName(path: string, family: string, variables: readonly NamedVariable[]): string {
  const at = path.lastIndexOf('.');
  const leaf = leaves[path.slice(at + 1)];
  const module = families[family]?.(path.slice(0, at), variables);
  if (!leaf || module === undefined)
    throw new Error(`torchvision's ${family} has nothing that corresponds to "${path}".`);
  return `${module}.${leaf}`;
}

type ModuleName = (path: string, variables: readonly NamedVariable[]) => string | undefined;

const families: Readonly<Record<string, ModuleName>> = {
  alexnet: (path) =>
    ({
      conv1: 'features.0',
      conv2: 'features.3',
      conv3: 'features.6',
      conv4: 'features.8',
      conv5: 'features.10',
      fc6: 'classifier.1',
      fc7: 'classifier.4',
      fc8: 'classifier.6',
    })[path],
  vgg: (path, variables) => {
    const dense = { fc6: 'classifier.0', fc7: 'classifier.3', fc8: 'classifier.6' }[path];
    if (dense) return dense;
    // Each convolution is followed by a ReLU, the last of each stage by a pooling: 0, 2, [pool 4], 5, 7, ...
    const convolutions = [...new Set(variables.map((v) => v.path.split('.')[0]!))].filter((n) =>
      n.startsWith('conv'),
    );
    const index = convolutions.indexOf(path);
    if (index < 0) return undefined;
    const stage = Number(/^conv(\d)_/.exec(path)![1]);
    return `features.${2 * index + stage - 1}`;
  },
  resnet: (path) =>
    path
      .replace(/^conv1\.conv$/, 'conv1')
      .replace(/^conv1\.bn$/, 'bn1')
      .replace(
        /^conv(\d)\.block(\d+)\./,
        (_, stage: string, block: string) => `layer${+stage - 1}.${+block - 1}.`,
      )
      .replace(/shortcut\.conv$/, 'downsample.0')
      .replace(/shortcut\.bn$/, 'downsample.1'),
  googlenet: (path) =>
    path
      .replace(/^conv2\./, 'conv3.')
      .replace(/^reduce2\./, 'conv2.')
      .replace(/branch([23])\.reduce\./, 'branch$1.0.')
      .replace(/branch([23])\.conv\./, 'branch$1.1.')
      .replace(/branch4\.project\./, 'branch4.1.')
      .replace(/^(aux\d)\.fc$/, '$1.fc1')
      .replace(/^(aux\d)\.logits$/, '$1.fc2'),
  // The names are torchvision's own, but for the levels that join branches.
  'inception-v3': (path) => path.replace(/^(Mixed_\d[a-e])\.(?:\w+\.)*(branch\w+)\.(conv|bn)$/, '$1.$2.$3'),
  'mobilenet-v2': (path) => {
    if (path === 'fc') return 'classifier.1';
    const stem = /^conv1\.(conv|bn)$/.exec(path);
    if (stem) return `features.0.${stem[1] === 'conv' ? 0 : 1}`;
    const last = /^conv(?:2|18|Last|_last)\.(conv|bn)$/.exec(path);
    if (last) return `features.18.${last[1] === 'conv' ? 0 : 1}`;
    const block = /^block(\d+)\.(?:body\.)?(.*)$/.exec(path);
    if (!block) return undefined;
    const first = block[1] === '1'; // has no expansion
    const part = {
      'expand.conv': 'conv.0.0',
      'expand.bn': 'conv.0.1',
      depthwise: first ? 'conv.0.0' : 'conv.1.0',
      bn: first ? 'conv.0.1' : 'conv.1.1',
      'project.conv': first ? 'conv.1' : 'conv.2',
      'project.bn': first ? 'conv.2' : 'conv.3',
    }[block[2]!];
    return part && `features.${block[1]}.${part}`;
  },
  squeezenet: (path, variables) => {
    if (path === 'conv1') return 'features.0';
    if (path === 'conv10') return 'classifier.1';
    const fire = /^fire(\d)\.(squeeze|expand\.conv1x1|expand\.conv3x3)$/.exec(path);
    if (!fire) return undefined;
    // The poolings stand elsewhere in 1.1, whose stem has a 3x3 kernel.
    const newer = variables.find((v) => v.path === 'conv1.kernel')?.variable.shape[0] === 3;
    const places = newer ? [3, 4, 6, 7, 9, 10, 11, 12] : [3, 4, 5, 7, 8, 9, 10, 12];
    const part = { squeeze: 'squeeze', 'expand.conv1x1': 'expand1x1', 'expand.conv3x3': 'expand3x3' }[
      fire[2]!
    ];
    return `features.${places[Number(fire[1]) - 2]}.${part}`;
  },
};
