import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Samples of the power that NVIDIA GPUs draw, from the moment of starting. */
export interface GpuPower {
  /** Ends the sampling. Mean watts of each GPU that gave samples, by its number. */
  stop(): Promise<Map<number, number>>;
}

/**
 * Starts sampling with `nvidia-smi`, ten times a second.
 *
 * @returns undefined where there is no such command or no GPU that says its power
 */
export async function sampleGpuPower(command = 'nvidia-smi'): Promise<GpuPower | undefined> {
  const query = ['--query-gpu=index,power.draw', '--format=csv,noheader,nounits', '--loop-ms=100'];
  const child = spawn(command, query, { stdio: ['ignore', 'pipe', 'ignore'] });
  const sums = new Map<number, { watts: number; samples: number }>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const [index, watts] = line.split(',').map((part) => Number.parseFloat(part));
      if (!Number.isInteger(index) || !Number.isFinite(watts)) continue; // "[N/A]" where the GPU doesn't say
      const sum = sums.get(index!) ?? { watts: 0, samples: 0 };
      sums.set(index!, { watts: sum.watts + watts!, samples: sum.samples + 1 });
    }
  });
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const over = () => {
      ended = true;
      resolve();
    };
    child.on('error', over); // no such command
    child.on('close', over);
  });
  await Promise.race([once(child.stdout, 'data').catch(() => undefined), end]);
  if (sums.size === 0) {
    child.kill();
    return undefined;
  }
  // What was drawn before the work is no part of it.
  sums.clear();
  return {
    async stop() {
      if (!ended) child.kill();
      await end;
      const means = [...sums].map(([index, { watts, samples }]) => [index, watts / samples] as const);
      return new Map(means.sort(([a], [b]) => a - b));
    },
  };
}
