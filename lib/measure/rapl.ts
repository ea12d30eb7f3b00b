import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One of the processor's energy counters, in microjoules. */
export interface EnergyCounter {
  name: string;
  /** @throws where the counter can't be read */
  read(): number;
  /** The counter starts again at 0 after this value. */
  range: number;
}

/**
 * The energy counters of the processor's packages (RAPL: Intel, and AMD from Zen on), from Linux' powercap folder: the cores,
 * their caches and what else is on the chip, and no fans, disks or power supply. Parts of a package (`core`, `dram`) and the
 * whole platform (`psys`) are left out: they overlap.
 *
 * @returns none where there is no such folder, as on virtual machines and other systems
 */
export function raplCounters(folder = '/sys/class/powercap'): EnergyCounter[] {
  let zones: string[];
  try {
    zones = readdirSync(folder);
  } catch {
    return [];
  }
  const text = (zone: string, file: string) => readFileSync(join(folder, zone, file), 'utf8').trim();
  return zones
    .filter((zone) => /^[\w-]*rapl:\d+$/.test(zone))
    .sort()
    .flatMap((zone) => {
      try {
        const name = text(zone, 'name');
        if (!name.startsWith('package')) return [];
        const range = Number(text(zone, 'max_energy_range_uj'));
        const read = () => microjoules(text(zone, 'energy_uj'), name);
        return [{ name, read, range }];
      } catch {
        return []; // a zone without these files counts nothing
      }
    });
}

function microjoules(text: string, name: string): number {
  if (!/^\d+$/.test(text))
    throw new Error(`The energy counter of ${name} says "${text}"; expected a whole number.`);
  return Number(text);
}

/** The joules between two values of a counter, of which the second may have started again at 0. */
export function joulesBetween(before: number, after: number, range: number): number {
  return (after >= before ? after - before : range - before + after) / 1e6;
}
