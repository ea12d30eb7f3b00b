import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { engineInfo } from '../runtime/index.ts';
import { fullHtml, fullText } from './full-table.ts';

/** How much a lab computes: minutes on two cores, or what a figure is quoted from. */
export type Scale = 'quick' | 'full';

/** What a lab gave at the scale `full`, as `full/NN.json` holds it. */
export interface FullRecord {
  lab: string;
  /** Processor, cores and memory, and the GPU where one computed. */
  hardware: string;
  engine: string;
  /** Data sets with their numbers of training and test examples: `mnist 60000+10000`. */
  data: string[];
  seed: number;
  /** Of the run, `2026-11-25`. */
  date: string;
  /** From the kernel's start to the end of the lab. */
  seconds: number;
  /** By what each is, in words. */
  figures: Record<string, number>;
}

export interface FullResultsOptions {
  /** The lab's number, `'09'`. */
  lab: string;
  seed: number;
  /** This run's figures, by what each is: `{ 'test accuracy': 0.9915 }`. */
  figures: Readonly<Record<string, number>>;
  /** Default: `full` where the environment's `CONVBOOK_SCALE` says so. */
  scale?: Scale;
  /** Where the records lie; default `full`, beside the notebook. */
  folder?: string;
}

/** A lab's figures at both scales: a table in a notebook, text elsewhere. */
export class FullResults {
  readonly scale: Scale;
  readonly figures: Readonly<Record<string, number>>;
  /** Of the last run at `full`; undefined where there is none. */
  readonly record: FullRecord | undefined;
  /** Where the figures come from, in sentences. */
  readonly note: string;

  constructor(
    scale: Scale,
    figures: Readonly<Record<string, number>>,
    record: FullRecord | undefined,
    note: string,
  ) {
    this.scale = scale;
    this.figures = figures;
    this.record = record;
    this.note = note;
  }

  /** A line a figure; undefined where a scale did not give it. */
  get rows(): { figure: string; quick: number | undefined; full: number | undefined }[] {
    const full = this.record?.figures ?? {};
    const quick = this.scale === 'quick' ? this.figures : {};
    return [...new Set([...Object.keys(this.figures), ...Object.keys(full)])].map((figure) => ({
      figure,
      quick: quick[figure],
      full: full[figure],
    }));
  }

  toString(): string {
    return fullText(this);
  }

  [Symbol.for('Jupyter.display')](): Record<string, string> {
    return { 'text/plain': fullText(this), 'text/html': fullHtml(this) };
  }
}

/**
 * A lab's figures beside those of its long run. At the scale `full` (`CONVBOOK_SCALE=full`) it records them, with hardware, engine,
 * data, seed, date and seconds, in `full/NN.json`; at `quick` it shows the recorded ones beside this run's.
 *
 * @throws a sentence where a figure is no finite number: a long run must not record what was not measured
 *
 * @example
 * import { fullResults } from 'convbook';
 * const results = fullResults({ lab: '99', seed: 1, figures: { 'test accuracy': 0.97 }, scale: 'quick' });
 * console.log(results.rows[0].quick, results.record); // 0.97 undefined
 */
export function fullResults(options: FullResultsOptions): FullResults {
  const { lab, seed, folder = 'full' } = options;
  const scale = options.scale ?? (process.env['CONVBOOK_SCALE'] === 'full' ? 'full' : 'quick');
  if (!/^[\w-]+$/.test(lab)) {
    throw new Error(`fullResults: the lab is "${lab}"; it must be a number such as '09'.`);
  }
  const names = Object.keys(options.figures);
  if (names.length === 0) throw new Error('fullResults: there are no figures. Give at least one.');
  for (const name of names) {
    const value = options.figures[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new Error(`fullResults: "${name}" is ${value}; it must be a finite number.`);
    }
  }
  const file = join(folder, `${lab}.json`);
  if (scale === 'quick') {
    const { record, note } = read(file, lab);
    return new FullResults(scale, options.figures, record, note);
  }
  const info = engineInfo();
  const record: FullRecord = {
    lab,
    hardware: hardware(info?.device),
    engine: info?.engine ?? 'none',
    data: dataUsed(),
    seed,
    date: new Date().toISOString().slice(0, 10),
    seconds: Math.round(process.uptime()),
    figures: { ...options.figures },
  };
  mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(temporary, file);
  return new FullResults(scale, options.figures, record, `Recorded in ${file}: ${about(record)}`);
}

function read(file: string, lab: string): { record: FullRecord | undefined; note: string } {
  const again = 'A run of the whole lab at CONVBOOK_SCALE=full records them.';
  if (!existsSync(file))
    return { record: undefined, note: `No figures of lab ${lab} at full are recorded yet. ${again}` };
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as FullRecord;
    const numbers = Object.values(record.figures);
    if (numbers.some((value) => !Number.isFinite(value))) throw new Error('a figure is no number');
    const [here, there] = [dataUsed().join(', '), record.data.join(', ')];
    const other =
      here === there
        ? ''
        : ` This run is on other data (${here || 'none'}): its figures can't be compared with those.`;
    return { record, note: `full: ${about(record)}${other}` };
  } catch (error) {
    return {
      record: undefined,
      note: `The recorded figures in ${file} can't be read (${(error as Error).message}). ${again}`,
    };
  }
}

const about = ({ data, engine, hardware: on, seed, date, seconds }: FullRecord) =>
  `${seconds} seconds with ${engine} on ${on}, ${data.join(', ') || 'no data set'}, seed ${seed}, ${date}.`;

function hardware(device: string | undefined): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  const gpu = device && device !== 'CPU' ? [device] : [];
  return [...gpu, `${cpus().length} cores of ${model}`, memory].join(', ');
}

/** What the loaders of data sets wrote down, see datasets/used.ts. */
const dataUsed = (): string[] => {
  const used = (globalThis as Record<symbol, unknown>)[Symbol.for('convbook.datasets')];
  return used instanceof Set ? [...(used as Set<string>)].sort() : [];
};
