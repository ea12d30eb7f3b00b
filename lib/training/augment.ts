import { RandomStream } from '../runtime/random.ts';
import type { Tensor, Tensor4D } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';
import { warp } from './warp.ts';

/** How far images are changed at random, each by itself. What is left out stays. */
export interface AugmentOptions {
  /** At most this share of width and height, in each direction. */
  translate?: number;
  /** At most so many whole pixels in each direction: the crop of a padded image (He et al. 2015 use 4 on CIFAR). */
  crop?: number;
  /** Degrees, both ways. */
  rotate?: number;
  /** Width and height each by a factor from 1 / (1 + stretch) to 1 + stretch. */
  stretch?: number;
  /** Degrees, both ways. */
  shear?: number;
  /** Radial distortion from -lens to lens: pincushion to barrel. */
  lens?: number;
  /** Mirrors half of the images left to right. */
  flip?: boolean;
  /** Adds up to this, for pixels in [0, 1]. */
  brightness?: number;
  /** Stretches the distance to the image's mean by a factor from 1 - contrast to 1 + contrast. */
  contrast?: number;
  /** The same for the distance to gray; for three channels. */
  saturation?: number;
  /** Turns colours by at most so many degrees; for three channels. */
  hue?: number;
  /** Standard deviation of added noise. */
  noise?: number;
  /** What comes from outside: a value, or `'edge'`; default 0. */
  fill?: number | 'edge';
  /** Pixels are clipped to this after a change of colour; default [0, 1]. */
  range?: readonly [number, number];
  seed?: number;
}

/** Changes a batch; each call another way. */
export interface Augmentation {
  (images: Tensor): Tensor4D;
  readonly streams: readonly RandomStream[];
}

/**
 * Makes a function that changes each image of a batch at random. All on the engine: usable as `fit`'s `augment`, where it
 * becomes part of the compiled step, with other numbers each step.
 *
 * @throws where an amount is negative, or colour is asked of images that have other than three channels
 *
 * @example
 * import { augment, tf } from 'convbook';
 * const change = augment({ rotate: 15, translate: 0.1, seed: 1 });
 * console.log(change(tf.ones([2, 28, 28, 1])).shape); // [2, 28, 28, 1]
 */
export function augment(options: AugmentOptions): Augmentation {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && name !== 'fill' && name !== 'seed' && !(value >= 0)) {
      throw new Error(`augment: ${name} is ${value}; expected a number of at least 0.`);
    }
  }
  const stream = new RandomStream(options.seed ?? 0);
  const geometric = ['translate', 'crop', 'rotate', 'stretch', 'shear', 'lens', 'flip'].some(
    (name) => options[name as keyof AugmentOptions],
  );
  const apply = (images: Tensor): Tensor4D =>
    tf.tidy(() => {
      if (images.rank !== 4) {
        throw new Error(
          `augment got a tensor of shape [${images.shape}]; expected [batch, height, width, channels].`,
        );
      }
      let out = images.toFloat() as Tensor4D;
      if (geometric) out = move(out, options, stream);
      return color(out, options, stream);
    });
  return Object.assign(apply, { streams: [stream] });
}

function move(images: Tensor4D, options: AugmentOptions, stream: RandomStream): Tensor4D {
  const [batch, height, width] = images.shape;
  const { translate = 0, crop = 0, rotate = 0, stretch = 0, shear = 0, lens = 0, flip = false } = options;
  // One draw for all: nine numbers an image, from -1 to 1.
  const draws = tf.unstack(stream.uniform([9, batch], -1, 1));
  const part = (i: number, most: number) => tf.mul(draws[i]!, most);
  // Whole pixels from -crop to crop, all equally likely.
  const whole = (i: number) => tf.floor(tf.mul(tf.add(draws[i]!, 1), crop + 0.5)).sub(crop);
  return warp(images, {
    moveX: tf.add(part(0, translate * width), whole(1)),
    moveY: tf.add(part(2, translate * height), whole(3)),
    rotate: part(4, rotate),
    stretchX: tf.pow(1 + stretch, draws[5]!),
    stretchY: tf.pow(1 + stretch, draws[6]!),
    shear: part(7, shear),
    ...(lens > 0 ? { lens: tf.mul(stream.uniform([batch], -1, 1), lens) } : {}),
    ...(flip ? { mirror: tf.sign(draws[8]!) } : {}),
    fill: options.fill ?? 0,
  });
}

/** YIQ: brightness, and two axes of colour that hue turns. */
const toYiq = [0.299, 0.587, 0.114, 0.596, -0.274, -0.322, 0.211, -0.523, 0.312];
const toRgb = [1, 0.956, 0.621, 1, -0.272, -0.647, 1, -1.106, 1.703];

function color(images: Tensor4D, options: AugmentOptions, stream: RandomStream): Tensor4D {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0, noise = 0, range = [0, 1] } = options;
  if (brightness + contrast + saturation + hue + noise === 0) return images;
  const [batch, , , channels] = images.shape;
  const each = (most: number) => stream.uniform([batch, 1, 1, 1], -most, most);
  let out: Tensor = images;
  if (saturation > 0 || hue > 0) {
    if (channels !== 3)
      throw new Error(`augment: saturation and hue need three channels; the images have ${channels}.`);
    const yiq = tf
      .matMul(out.reshape([-1, 3]), tf.tensor2d(toYiq, [3, 3]), false, true)
      .reshape(images.shape);
    const [y, i, q] = tf.split(yiq, 3, -1) as [Tensor, Tensor, Tensor];
    const angle = tf.mul(each(hue), Math.PI / 180);
    const factor = tf.add(1, each(saturation));
    const turnedI = tf.mul(factor, tf.sub(tf.mul(tf.cos(angle), i), tf.mul(tf.sin(angle), q)));
    const turnedQ = tf.mul(factor, tf.add(tf.mul(tf.sin(angle), i), tf.mul(tf.cos(angle), q)));
    const joined = tf.concat([y, turnedI, turnedQ], -1).reshape([-1, 3]);
    out = tf.matMul(joined as tf.Tensor2D, tf.tensor2d(toRgb, [3, 3]), false, true).reshape(images.shape);
  }
  if (contrast > 0) {
    const mean = tf.mean(out, [1, 2, 3], true);
    out = tf.add(mean, tf.mul(tf.sub(out, mean), tf.add(1, each(contrast))));
  }
  if (brightness > 0) out = tf.add(out, each(brightness));
  if (noise > 0) out = tf.add(out, stream.normal(images.shape, 0, noise));
  return tf.clipByValue(out, range[0], range[1]) as Tensor4D;
}
