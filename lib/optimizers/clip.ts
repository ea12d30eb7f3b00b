import type { Scalar, Tensor } from '../runtime/tf.ts';
import { tf } from '../runtime/tf.ts';

/** How gradients are limited before an update. At most one of them. */
export interface ClipOptions {
  /** Each element into [-clipValue, clipValue]. */
  clipValue?: number;
  /** Each variable's gradient to at most this Euclidean norm. */
  clipNorm?: number;
  /** All gradients together to at most this Euclidean norm (Pascanu et al. 2013). */
  globalClipNorm?: number;
}

export function checkClip(options: ClipOptions): void {
  const given = (['clipValue', 'clipNorm', 'globalClipNorm'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 1) throw new Error(`Choose one way to clip gradients, not ${given.join(' and ')}.`);
  for (const name of given) {
    if (!(options[name]! > 0)) throw new Error(`${name} is ${options[name]}; it must be above 0.`);
  }
}

const squaredNorm = (tensor: Tensor): Scalar => tensor.square().sum() as Scalar;

/** The Euclidean norm of all tensors as one long vector. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  return tf.tidy(() => tf.addN(tensors.map(squaredNorm)).sqrt() as Scalar);
}

/** The factor that brings a norm down to `limit`, 1 where it is below already. */
const shrink = (norm: Scalar, limit: number): Scalar => tf.div(limit, tf.maximum(norm, limit)) as Scalar;

/** Clips gradients in the order they came. Call it inside `tf.tidy`. */
export function clipGradients(gradients: readonly Tensor[], options: ClipOptions): Tensor[] {
  const { clipValue, clipNorm, globalClipNorm } = options;
  if (clipValue !== undefined) return gradients.map((g) => g.clipByValue(-clipValue, clipValue));
  if (clipNorm !== undefined)
    return gradients.map((g) => g.mul(shrink(squaredNorm(g).sqrt() as Scalar, clipNorm)));
  if (globalClipNorm !== undefined && gradients.length) {
    const factor = shrink(globalNorm(gradients), globalClipNorm);
    return gradients.map((g) => g.mul(factor));
  }
  return [...gradients];
}
