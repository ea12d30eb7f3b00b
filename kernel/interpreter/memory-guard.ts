// V8 bounds the JavaScript heap, but not what TensorFlow and buffers take: a cell in a loop may fill the machine, and the
// system then stops everything for minutes and ends whatever it likes. So the runner is ended a little before.
import { readFileSync } from 'node:fs';

export interface MemoryReading {
  /** Bytes of the machine, what of them is free for programs, and what the runner holds. */
  total: number;
  available: number;
  resident: number;
}

/** Less than so much of the machine's memory is an emergency. */
const leastShare = 0.04;
const leastBytes = 2 ** 30;
const period = 250;

/** A sentence where the runner has filled the machine; it is not its fault where it holds less than half. */
export function exhaustion({ total, available, resident }: MemoryReading): string | undefined {
  if (available > Math.min(leastBytes, leastShare * total) || resident < total / 2) return undefined;
  const shown = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  return `The cell took ${shown(resident)} of memory and left ${shown(available)} of the machine's ${shown(total)}`;
}

/** What Linux tells; undefined elsewhere. */
export function readMemory(pid: number): MemoryReading | undefined {
  try {
    const machine = readFileSync('/proc/meminfo', 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (text: string, name: string) => {
      const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
      return found ? Number(found[1]) * 1024 : Number.NaN;
    };
    return {
      total: bytes(machine, 'MemTotal'),
      available: bytes(machine, 'MemAvailable'),
      resident: bytes(status, 'VmRSS'),
    };
  } catch {
    return undefined;
  }
}

/** Looks while a cell runs. */
export class MemoryGuard {
  private readonly read: () => MemoryReading | undefined;
  private readonly exhausted: (sentence: string) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(read: () => MemoryReading | undefined, exhausted: (sentence: string) => void) {
    this.read = read;
    this.exhausted = exhausted;
  }

  start(): void {
    this.timer ??= setInterval(() => this.look(), period).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  look(): void {
    const reading = this.read();
    if (!reading) {
      this.stop();
      return;
    }
    const sentence = exhaustion(reading);
    if (sentence === undefined) return;
    this.stop();
    this.exhausted(sentence);
  }
}
