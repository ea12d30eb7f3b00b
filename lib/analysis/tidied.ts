import { tf } from '../runtime/tf.ts';

/** `tf.tidy` for work whose result is no tensor. */
export function tidied<T>(work: () => T): T {
  let result!: T;
  tf.tidy(() => {
    result = work();
  });
  return result;
}
