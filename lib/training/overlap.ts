/** What came of a step and of the batch behind it, and the milliseconds that went into each. */
export interface Overlapped<S, B> {
  step: S;
  batch: B;
  /** The step's own time, as far as no batch was made in it on this thread. */
  compute: number;
  /** Making the batch on this thread, and waiting for it after the step had ended. */
  data: number;
}

/**
 * Starts a step, which may compute in another thread, and asks for the next batch meanwhile.
 *
 * @param free called with what did come where the other failed
 * @throws what failed; the step's error where both did
 */
export async function overlap<S, B>(
  step: () => S | Promise<S>,
  batch: () => B | Promise<B>,
  free: { step(made: S): void; batch(made: B): void },
  now: () => number = () => performance.now(),
): Promise<Overlapped<S, B>> {
  const began = now();
  const running = settled(step, now);
  const started = now();
  const coming = settled(batch, now);
  const asked = now();
  const [ofStep, ofBatch] = await Promise.all([running, coming]);
  if ('error' in ofStep || 'error' in ofBatch) {
    if (!('error' in ofStep)) free.step(ofStep.value);
    if (!('error' in ofBatch)) free.batch(ofBatch.value);
    throw 'error' in ofStep ? ofStep.error : (ofBatch as { error: unknown }).error;
  }
  const alone = Math.max(0, ofStep.at - asked);
  return {
    step: ofStep.value,
    batch: ofBatch.value,
    compute: started - began + alone,
    data: asked - started + Math.max(0, ofBatch.at - Math.max(ofStep.at, asked)),
  };
}

type Settled<T> = { value: T; at: number } | { error: unknown };

async function settled<T>(work: () => T | Promise<T>, now: () => number): Promise<Settled<T>> {
  try {
    const value = await work();
    return { value, at: now() };
  } catch (error) {
    return { error };
  }
}
