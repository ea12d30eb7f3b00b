import { AlexNet } from './alexnet.ts';
import { CifarResNet } from './cifar-resnet.ts';
import { GoogLeNet } from './googlenet.ts';
import { InceptionV3 } from './inception-v3.ts';
import { InceptionV4 } from './inception-v4.ts';
import { LeNet5, LeNet5Modern } from './lenet-5.ts';
import { LeNet1989 } from './lenet-1989.ts';
import { MobileNetV1 } from './mobilenet-v1.ts';
import { MobileNetV2 } from './mobilenet-v2.ts';
import type { Model, ModelOptions } from './model.ts';
import { ResNet } from './resnet.ts';
import { SqueezeNet } from './squeezenet.ts';
import { UNet } from './unet.ts';
import { VGG } from './vgg.ts';
import { ZFNet } from './zfnet.ts';

/** Makes a model; without options as published. */
export type Make = (options?: ModelOptions) => Model;

const vgg =
  (depth: 11 | 13 | 16 | 19): Make =>
  (o) =>
    new VGG({ ...o, depth });
const resnet =
  (depth: 18 | 34 | 50 | 101 | 152): Make =>
  (o) =>
    new ResNet({ ...o, depth });
const cifar =
  (depth: number, plain = false): Make =>
  (o) =>
    new CifarResNet({ ...o, depth, plain });

const all = {
  'lenet-1989': (o) => new LeNet1989(o),
  'lenet-5': (o) => new LeNet5(o),
  'lenet-5-modern': (o) => new LeNet5Modern(o),
  alexnet: (o) => new AlexNet(o),
  'alexnet-groups': (o) => new AlexNet({ ...o, groups: 2 }),
  zfnet: (o) => new ZFNet(o),
  'vgg-11': vgg(11),
  'vgg-13': vgg(13),
  'vgg-16': vgg(16),
  'vgg-19': vgg(19),
  googlenet: (o) => new GoogLeNet(o),
  'googlenet-auxiliary': (o) => new GoogLeNet({ ...o, auxiliary: true }),
  'inception-v3': (o) => new InceptionV3(o),
  'inception-v4': (o) => new InceptionV4(o),
  'resnet-18': resnet(18),
  'resnet-34': resnet(34),
  'resnet-50': resnet(50),
  'resnet-101': resnet(101),
  'resnet-152': resnet(152),
  'cifar-resnet-20': cifar(20),
  'cifar-resnet-32': cifar(32),
  'cifar-resnet-44': cifar(44),
  'cifar-resnet-56': cifar(56),
  'cifar-resnet-110': cifar(110),
  'cifar-resnet-1202': cifar(1202),
  'cifar-plain-20': cifar(20, true),
  'cifar-plain-32': cifar(32, true),
  'cifar-plain-44': cifar(44, true),
  'cifar-plain-56': cifar(56, true),
  'mobilenet-v1': (o) => new MobileNetV1(o),
  'mobilenet-v2': (o) => new MobileNetV2(o),
  'squeezenet-1.0': (o) => new SqueezeNet({ ...o, version: '1.0' }),
  'squeezenet-1.1': (o) => new SqueezeNet({ ...o, version: '1.1' }),
  unet: (o) => new UNet(o),
} satisfies Record<string, Make>;

export type ModelName = keyof typeof all;

/**
 * Every architecture of the course by name, each as published; `classes`, `width` and `inputShape` make small ones.
 *
 * @example
 * import { models, summary } from 'convbook';
 * const small = models['vgg-11']({ classes: 10, width: 0.25, inputShape: [32, 32, 3] });
 * console.log(summary(small).rows.length, Object.keys(models).length > 25); // 19 true
 */
export const models: Readonly<Record<ModelName, Make>> = all;
