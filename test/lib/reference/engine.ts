// The engine that these tests compute on.
import { tf } from '../../../lib/runtime/tf.ts';

export async function useEngine(): Promise<void> {
  await tf.setBackend('cpu');
  await tf.ready();
}
