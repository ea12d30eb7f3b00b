import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** How busy the machine was between two samples. */
export interface Load {
  /** Cores that this process kept busy. */
  busyCores: number;
  cores: number;
  /** Resident memory of this process, in bytes. */
  residentBytes: number;
  /** The first NVIDIA GPU, as the driver tells it. */
  gpu: GpuLoad | undefined;
}

export interface GpuLoad {
  /** Share of the time in which the GPU computed, in [0, 1]. */
  utilisation: number;
  usedBytes: number;
  totalBytes: number;
}

/** Where the numbers come from; tests give their own. */
export interface LoadSources {
  /** Milliseconds. */
  now(): number;
  /** Microseconds of processor time that this process has used. */
  cpuMicroseconds(): number;
  residentBytes(): number;
  /** Undefined where there is no NVIDIA GPU. */
  gpu(): Promise<GpuLoad | undefined>;
}

/** One line of `nvidia-smi --query-gpu=utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits`. */
export function parseGpu(output: string): GpuLoad | undefined {
  const [utilisation, used, total] = (output.split('\n')[0] ?? '').split(',').map(Number);
  if (!Number.isFinite(utilisation) || !Number.isFinite(used) || !Number.isFinite(total)) return undefined;
  return { utilisation: utilisation! / 100, usedBytes: used! * 2 ** 20, totalBytes: total! * 2 ** 20 };
}

function askDriver(): Promise<GpuLoad | undefined> {
  const query = ['--query-gpu=utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, { timeout: 2000 }, (error, output) => {
      resolve(error ? undefined : parseGpu(output));
    });
  });
}

const machine: LoadSources = {
  now: () => performance.now(),
  cpuMicroseconds: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  residentBytes: () => process.memoryUsage.rss(),
  gpu: askDriver,
};

/**
 * Samples how busy the machine is: cores and memory of this process, and the GPU through `nvidia-smi` where there is one. The driver
 * is asked in the background; a sample has its newest answer.
 *
 * @example
 * import { LoadSampler } from 'convbook';
 * const sampler = new LoadSampler();
 * const { busyCores, cores, gpu } = sampler.sample();
 * console.log(busyCores <= cores + 0.5, gpu?.utilisation ?? 'no NVIDIA GPU');
 */
export class LoadSampler {
  private readonly sources: LoadSources;
  private before: { now: number; cpu: number };
  private gpu: GpuLoad | undefined;
  /** A question that is on its way; `none` where the driver has none to answer for. */
  private asked: Promise<void> | 'none' | undefined;

  constructor(sources: Partial<LoadSources> = {}) {
    this.sources = { ...machine, ...sources };
    this.before = { now: this.sources.now(), cpu: this.sources.cpuMicroseconds() };
    this.ask();
  }

  private ask(): void {
    this.asked ??= this.sources.gpu().then(
      (load) => {
        this.gpu = load;
        this.asked = load ? undefined : 'none';
      },
      () => {
        this.asked = 'none';
      },
    );
  }

  /** The load since the sample before. */
  sample(): Load {
    const { sources, before } = this;
    const now = sources.now();
    const cpu = sources.cpuMicroseconds();
    this.before = { now, cpu };
    this.ask();
    return {
      busyCores: now > before.now ? (cpu - before.cpu) / 1000 / (now - before.now) : 0,
      cores: availableParallelism(),
      residentBytes: sources.residentBytes(),
      gpu: this.gpu,
    };
  }
}
