import { Conv2D, Dense, Flatten, MaxPool2D, Sequential } from '../../lib/layers/index.ts';
import type { Layer } from '../../lib/layers/layer.ts';
import { CifarResNet } from '../../lib/models/cifar-resnet.ts';
import { LeNet5Modern } from '../../lib/models/lenet-5.ts';
import { Adam, Momentum, type Optimizer } from '../../lib/optimizers/index.ts';

/** A network of the benchmark. keras_side.py and torch_side.py build the same by its name. */
export interface Net {
  name: string;
  inputShape: number[];
  batch: number;
  build(): Layer;
  optimizer(): Optimizer;
}

const adam = () => new Adam({ learningRate: 0.001 });

export const nets: readonly Net[] = [
  {
    name: 'cnn',
    inputShape: [28, 28, 1],
    batch: 64,
    optimizer: adam,
    build: () =>
      new Sequential([
        new Conv2D({ filters: 32, kernelSize: 3, activation: 'relu' }),
        new MaxPool2D(),
        new Conv2D({ filters: 64, kernelSize: 3, activation: 'relu' }),
        new MaxPool2D(),
        new Flatten(),
        new Dense({ units: 128, activation: 'relu' }),
        new Dense({ units: 10 }),
      ]),
  },
  {
    name: 'mlp',
    inputShape: [784],
    batch: 128,
    optimizer: adam,
    build: () =>
      new Sequential([
        new Dense({ units: 256, activation: 'relu' }),
        new Dense({ units: 128, activation: 'relu' }),
        new Dense({ units: 10 }),
      ]),
  },
  { name: 'lenet5', inputShape: [28, 28, 1], batch: 128, optimizer: adam, build: () => new LeNet5Modern() },
  {
    name: 'vgg',
    inputShape: [32, 32, 3],
    batch: 128,
    optimizer: adam,
    build: () => {
      const conv = (filters: number) =>
        new Conv2D({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
      return new Sequential([
        ...[conv(32), conv(32), new MaxPool2D()],
        ...[conv(64), conv(64), new MaxPool2D()],
        ...[new Flatten(), new Dense({ units: 128, activation: 'relu' }), new Dense({ units: 10 })],
      ]);
    },
  },
  {
    name: 'resnet20',
    inputShape: [32, 32, 3],
    batch: 128,
    optimizer: () => new Momentum({ learningRate: 0.1, momentum: 0.9 }),
    build: () => new CifarResNet({ depth: 20 }),
  },
];
