import { type Summary, summary } from '../lib/analysis/index.ts';
import { type Model, type ModelOptions, models } from '../lib/models/index.ts';
import { nearestOf } from './commands.mjs';
import { Problem } from './setup/problem.mjs';

/** @example `convbook models resnet-18 --classes 10 --input 32x32x3 --json` */
export interface ModelsRequest {
  name: string | undefined;
  json: boolean;
  options: ModelOptions;
}

const USAGE =
  'npx convbook models [NAME] [--json] [--classes N] [--width FACTOR] [--input HEIGHTxWIDTHxCHANNELS]';

export function parseModelsOptions(args: string[]): ModelsRequest {
  const request: ModelsRequest = { name: undefined, json: false, options: {} };
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift()!;
    const value = () => rest.shift() ?? '';
    if (arg === '--json') request.json = true;
    else if (arg === '--classes') request.options.classes = positive(arg, value());
    else if (arg === '--width') request.options.width = positive(arg, value());
    else if (arg === '--input') request.options.inputShape = shape(value());
    else if (arg.startsWith('-') || request.name !== undefined) {
      throw new Problem(`convbook models does not know "${arg}". Usage: ${USAGE}`, 2);
    } else request.name = arg;
  }
  return request;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new Problem(`${option} needs a number above 0, not "${text}". Usage: ${USAGE}`, 2);
}

function shape(text: string): readonly [number, number, number] {
  const match = /^(\d+)x(\d+)x(\d+)$/.exec(text);
  if (match) return [Number(match[1]), Number(match[2]), Number(match[3])];
  throw new Problem(`--input needs three sizes, as in 32x32x3, not "${text}".`, 2);
}

/** A model's name by any spelling: `ResNet18` and `resnet_18` are `resnet-18`. */
export function findModel(name: string): keyof typeof models {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const names = Object.keys(models) as (keyof typeof models)[];
  const found = names.find((one) => one === name) ?? names.find((one) => plain(one) === plain(name));
  if (found) return found;
  const guess = nearestOf(name, names);
  throw new Problem(
    `There is no model "${name}".${guess ? ` Did you mean ${guess}?` : ''} npx convbook models lists them all.`,
    2,
  );
}

function describe(name: keyof typeof models, options: ModelOptions): Summary {
  try {
    const model: Model = models[name](options);
    return summary(model);
  } catch (error) {
    // A shape or a number of classes that does not fit: the library's sentence says which layer.
    throw new Problem(error instanceof Error ? error.message : String(error));
  }
}

/** One line a model: what all of them cost, to compare. */
export function table(rows: { name: string; summary: Summary }[]): string {
  const whole = new Intl.NumberFormat('en-US');
  const cells = [
    ['model', 'input', 'parameters', 'multiply-adds', 'weights, MB'],
    ...rows.map(({ name, summary: { inputShape, totals } }) => [
      name,
      inputShape.join('x'),
      whole.format(totals.parameters),
      whole.format(totals.multiplyAdds),
      (totals.weightBytes / 1e6).toFixed(1),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}

export async function main(args: string[]): Promise<number> {
  const { name, json, options } = parseModelsOptions(args);
  if (name !== undefined) {
    const result = describe(findModel(name), options);
    print(json ? JSON.stringify(result, null, 2) : result.toString());
    return 0;
  }
  const names = Object.keys(models) as (keyof typeof models)[];
  const rows = names.map((one) => ({ name: one, summary: describe(one, options) }));
  const totals = rows.map((row) => ({
    name: row.name,
    inputShape: row.summary.inputShape,
    ...row.summary.totals,
  }));
  print(json ? JSON.stringify(totals, null, 2) : table(rows));
  return 0;
}

const print = (text: string) => void process.stdout.write(`${text}\n`);
