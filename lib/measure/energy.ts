import { sampleGpuPower } from './gpu-power.ts';
import { joulesBetween, raplCounters } from './rapl.ts';

export interface EnergyOptions {
  /** Where Linux has the processor's counters; default `/sys/class/powercap`. */
  powercap?: string;
  /** The command that tells the power of NVIDIA GPUs; default `nvidia-smi`. */
  nvidiaSmi?: string;
}

/** The energy that some work took, as far as the machine counts it. */
export interface Energy {
  seconds: number;
  /** Of all parts together; undefined where nothing could be measured. */
  joules: number | undefined;
  /** `joules / seconds`: what the parts drew on average, idle power included. */
  watts: number | undefined;
  /** By what counted: `package-0` of the processor, `GPU 0`. */
  parts: { name: string; joules: number }[];
  /** What was measured or why not, in a sentence. */
  note: string;
}

/**
 * The energy of some work: of the processor from its own counters (RAPL), of NVIDIA GPUs from samples of their power. Everything
 * that runs meanwhile counts as well, and so does what an idle machine draws. The work should take a second at least: counters
 * move about a thousand times a second, and GPUs are asked ten times.
 *
 * @returns joules, or undefined and the reason where the machine does not tell; never an estimate
 * @example
 * import { measureEnergy } from 'convbook';
 * const { joules, note } = await measureEnergy(() => {}, { powercap: 'no such folder', nvidiaSmi: 'no-such-command' });
 * console.log(joules, note); // undefined Not measured: this machine shows no energy counters and no NVIDIA GPU.
 */
export async function measureEnergy(work: () => unknown, options: EnergyOptions = {}): Promise<Energy> {
  const counters = raplCounters(options.powercap);
  const refused: string[] = [];
  const readable = counters.flatMap((counter) => {
    try {
      return [{ ...counter, before: counter.read() }];
    } catch (error) {
      refused.push(`${counter.name}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
      return [];
    }
  });
  const gpus = await sampleGpuPower(options.nvidiaSmi);
  for (const counter of readable) counter.before = counter.read(); // finding the GPUs is no part of the work
  const began = performance.now();
  let seconds: number;
  const parts: { name: string; joules: number }[] = [];
  try {
    await work();
  } finally {
    seconds = (performance.now() - began) / 1000;
    for (const { name, read, before, range } of readable) {
      parts.push({ name, joules: joulesBetween(before, read(), range) });
    }
    for (const [index, watts] of (await gpus?.stop()) ?? []) {
      parts.push({ name: `GPU ${index}`, joules: watts * seconds });
    }
  }
  if (parts.length === 0) {
    return { seconds, joules: undefined, watts: undefined, parts, note: why(refused, gpus !== undefined) };
  }
  const joules = parts.reduce((sum, part) => sum + part.joules, 0);
  const names = parts.map(({ name }) => name).join(' and ');
  return { seconds, joules, watts: joules / seconds, parts, note: `Measured by ${names}.` };
}

function why(refused: readonly string[], gpu: boolean): string {
  if (gpu)
    return 'Not measured: the work was over before the GPU said its power. Repeat it for a second at least.';
  if (refused.length === 0) return 'Not measured: this machine shows no energy counters and no NVIDIA GPU.';
  const denied = refused.some((reason) => reason.includes('EACCES') || reason.includes('EPERM'));
  return `Not measured: the energy counters can't be read (${refused.join('; ')})${denied ? '; on most systems only an administrator may' : ''}.`;
}
