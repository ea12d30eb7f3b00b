// The engine that these tests compute on: the best one here, or the one that CONVBOOK_ENGINE names.
import { startEngine } from '../../../lib/runtime/index.ts';

export async function useEngine(): Promise<void> {
  await startEngine();
}
