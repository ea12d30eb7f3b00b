import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dispatch, kNearest, leak } from './engine/checks.ts';
import { nets } from './engine/nets.ts';
import { type OpTime, profile } from './engine/profile.ts';
import { median, Side } from './engine/side.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const HELP = `npm run bench -- engine [options]
Measures this library's engine side by side with Keras on the same TensorFlow, and with PyTorch and scikit-learn where the
Python for them has them. Nothing is installed by itself; this makes one that is found (PyPI's wheel for Linux takes 6 GB):
  python3 -m venv .cache/bench-venv && .cache/bench-venv/bin/pip install torch scikit-learn
  --only a,b     networks (${nets.map(({ name }) => name).join(', ')}) and checks (dispatch, leak, knn); default: all
  --rounds N     rounds of each measurement, in turns between the sides; default 7
  --python FILE  the Python that has Keras; default: .venv's
  --others FILE  the Python that has PyTorch and scikit-learn; default: CONVBOOK_BENCH_PYTHON, .cache/bench-venv's, .venv's
  --out FILE     where the JSON goes; default: bench/results/engine.json
  --steps N      steps of the leak check; default 10000
  --ops          for each network, where the time of an eager step goes, per op; always shown where a bar is missed`;

/** One line of the table: what was measured, and how it stands to the bar. */
interface Row {
  what: string;
  unit: string;
  convbook: number;
  keras?: number | undefined;
  torch?: number | undefined;
  baseline?: number | undefined;
  /** The ratio that has a bar, and the bar. */
  ratio?: number | undefined;
  bar?: number | undefined;
}

/** Options of `compile`, whose effect is told beside the plain step. */
const VARIANTS = ['xla', 'bfloat16'] as const;

const BARS: Record<string, number> = { cnn: 0.8, mlp: 0.9, lenet5: 0.9, vgg: 0.9, resnet20: 0.9 };

/** The first Python that is there and can import a module. */
function pythonWith(module: string, candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find(
    (file) => file && existsSync(file) && spawnSync(file, ['-c', `import ${module}`]).status === 0,
  );
}

const register = here('../kernel/loader/register.mjs');
const own = (name: string, environment: Record<string, string> = {}) =>
  new Side(name, process.execPath, ['--import', register, here('engine/worker.ts')], environment);

interface Pythons {
  keras: string | undefined;
  torch: string | undefined;
  sklearn: string | undefined;
}

async function measureNet(name: string, pythons: Pythons, rounds: number): Promise<Row[]> {
  const sides = {
    convbook: own('convbook'),
    // apart, so that its memory does not count
    variant: own('convbook'),
    baseline: own('tfjs-node eager', { CONVBOOK_OVERRIDES: 'off' }),
  };
  const { torch: torchPython } = pythons;
  const keras = pythons.keras ? new Side('Keras', pythons.keras, [here('engine/keras_side.py')]) : undefined;
  const torches = torchPython
    ? [name, `${name}+compile`].map((net) => ({
        net,
        side: new Side('PyTorch', torchPython, [here('engine/torch_side.py')]),
      }))
    : [];
  const steps = name === 'resnet20' || name === 'vgg' ? 5 : 20;
  const times = new Map<string, number[]>();
  const memory = new Map<string, number>();
  const take = (key: string, ms: readonly number[]) => times.set(key, [...(times.get(key) ?? []), ...ms]);
  const mid = (key: string) => (times.has(key) ? median(times.get(key)!) : undefined);
  try {
    // first steps, apart: tracing and compiling
    const first = (await sides.convbook.ask({ net: name, phase: 'train', steps: 2 })).ms.reduce(
      (a, b) => a + b,
    );
    const kerasFirst = keras && (await keras.ask({ net: name, phase: 'train', steps: 1 })).ms[0];
    await sides.convbook.ask({ net: name, phase: 'infer', steps: 3 });
    await keras?.ask({ net: name, phase: 'infer', steps: 2 });
    await keras?.ask({ net: name, phase: 'fit', steps: 4 });
    await sides.baseline.ask({ net: name, phase: 'train', steps: 2, eager: true });
    const alive: typeof torches = [];
    for (const torch of torches) {
      try {
        await torch.side.ask({ net: torch.net, phase: 'train', steps: 2 });
        alive.push(torch);
      } catch (error) {
        torch.side.close(); // torch.compile needs a C++ compiler
        console.log(`  without ${torch.net} in PyTorch: ${(error as Error).message.slice(0, 200)}`);
      }
    }
    for (let round = 0; round < rounds; round++) {
      const mine = await sides.convbook.ask({ net: name, phase: 'train', steps });
      take('convbook', mine.ms);
      memory.set('convbook', mine.memoryMb);
      if (keras) {
        take('keras fit', (await keras.ask({ net: name, phase: 'fit', steps: 4 * Math.ceil(steps / 4) })).ms);
        const theirs = await keras.ask({ net: name, phase: 'train', steps });
        take('keras', theirs.ms);
        memory.set('keras', theirs.memoryMb);
        take('keras infer', (await keras.ask({ net: name, phase: 'infer', steps })).ms);
      }
      take('convbook infer', (await sides.convbook.ask({ net: name, phase: 'infer', steps })).ms);
      for (const { net, side } of alive) take(net, (await side.ask({ net, phase: 'train', steps })).ms);
      if (round < 3) {
        for (const phase of VARIANTS) {
          if (round === 0) await sides.variant.ask({ net: name, phase, steps: 2 });
          take(phase, (await sides.variant.ask({ net: name, phase, steps: Math.ceil(steps / 2) })).ms);
        }
        take('baseline', (await sides.baseline.ask({ net: name, phase: 'train', steps: 3, eager: true })).ms);
      }
    }
    take('convbook fit', (await sides.convbook.ask({ net: name, phase: 'fit', steps: 4 * steps })).ms);
    for (const { side } of alive) side.close();
    const torch = [mid(name), mid(`${name}+compile`)].filter((ms) => ms !== undefined);
    const fastest = torch.length ? Math.min(...torch) : undefined;
    const step = mid('convbook')!;
    const ratio = (theirs: number | undefined, ours = step) => (theirs ? ours / theirs : undefined);
    return [
      {
        what: `${name}: training step, against fit`,
        unit: 'ms',
        convbook: step,
        keras: mid('keras fit'),
        torch: fastest,
        baseline: mid('baseline'),
        ratio: ratio(mid('keras fit')),
        bar: BARS[name],
      },
      {
        what: `${name}: training step, against train_on_batch`,
        unit: 'ms',
        convbook: step,
        keras: mid('keras'),
        ratio: ratio(mid('keras')),
      },
      {
        what: `${name}: fit of both`,
        unit: 'ms',
        convbook: mid('convbook fit')!,
        keras: mid('keras fit'),
        ratio: ratio(mid('keras fit'), mid('convbook fit')),
      },
      ...(fastest
        ? [
            {
              what: `${name}: training step, against PyTorch`,
              unit: 'ms',
              convbook: step,
              torch: fastest,
              ratio: step / fastest,
              bar: 0.8,
            },
          ]
        : []),
      {
        what: `${name}: training step, against tfjs-node eager`,
        unit: 'ms',
        convbook: step,
        baseline: mid('baseline'),
        ratio: ratio(mid('baseline')),
        ...(name === 'cnn' ? { bar: 0.3 } : {}),
      },
      ...VARIANTS.map((phase) => ({
        what: `${name}: training step in ${phase === 'xla' ? 'XLA' : phase}, against without`,
        unit: 'ms',
        convbook: mid(phase)!,
        ratio: mid(phase)! / step,
      })),
      {
        what: `${name}: inference`,
        unit: 'ms',
        convbook: mid('convbook infer')!,
        keras: mid('keras infer'),
        ratio: ratio(mid('keras infer'), mid('convbook infer')),
        ...(name === 'resnet20' ? { bar: 1 } : {}),
      },
      {
        what: `${name}: first step`,
        unit: 'ms',
        convbook: first,
        keras: kerasFirst,
        ratio: ratio(kerasFirst, first),
        bar: 2,
      },
      {
        what: `${name}: memory at the peak`,
        unit: 'MB',
        convbook: memory.get('convbook')!,
        keras: memory.get('keras'),
        ratio: ratio(memory.get('keras'), memory.get('convbook')),
        bar: 1.1,
      },
    ];
  } finally {
    for (const side of [...Object.values(sides), keras, ...torches.map((torch) => torch.side)]) side?.close();
  }
}

function print(rows: readonly Row[]): void {
  const number = (value: number | undefined) =>
    value === undefined ? '-' : value.toFixed(value < 10 ? 2 : 1);
  const table = [
    ['measured', 'unit', 'convbook', 'Keras', 'PyTorch', 'tfjs-node', 'ratio', 'bar', ''],
    ...rows.map((row) => [
      row.what,
      row.unit,
      ...[row.convbook, row.keras, row.torch, row.baseline].map(number),
      row.ratio === undefined ? '-' : row.ratio.toFixed(2),
      row.bar === undefined ? '' : `<= ${row.bar}`,
      row.bar === undefined || row.ratio === undefined ? '' : row.ratio <= row.bar ? 'met' : 'missed',
    ]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  for (const cells of table) {
    console.log(
      cells
        .map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!)))
        .join('  '),
    );
  }
}

/** The ops that take the most time, of the networks that missed a bar of speed, or of all that were chosen. */
async function slowOps(
  rows: readonly Row[],
  chosen: readonly string[],
  all: boolean,
): Promise<Record<string, OpTime[]>> {
  const missed = ({ ratio = 0, bar = Number.POSITIVE_INFINITY, unit }: Row) => unit === 'ms' && ratio > bar;
  const shown: Record<string, OpTime[]> = {};
  for (const { name } of nets) {
    const wanted = all
      ? chosen.includes(name)
      : rows.some((row) => row.what.startsWith(`${name}:`) && missed(row));
    if (!wanted) continue;
    const ops = (await profile(name)).slice(0, 12);
    shown[name] = ops;
    console.log(`\n${name}: the slowest ops of an eager training step`);
    for (const { op, ms, calls } of ops)
      console.log(`${ms.toFixed(2).padStart(9)} ms  ${Math.round(calls)} x ${op}`);
  }
  return shown;
}

/** Runs the benchmark of the engine: prints a table and writes JSON. */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      python: { type: 'string' },
      others: { type: 'string' },
      out: { type: 'string', default: here('results/engine.json') },
      steps: { type: 'string', default: '10000' },
      ops: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const all = [...nets.map(({ name }) => name), 'dispatch', 'leak', 'knn'];
  const chosen = values.only?.split(',') ?? all;
  const unknown = chosen.find((name) => !all.includes(name));
  if (unknown) {
    console.error(`There is nothing named "${unknown}" to measure. Choose from ${all.join(', ')}.`);
    return 2;
  }
  const venv = here('../.venv/bin/python');
  const others = values.others
    ? [values.others]
    : [process.env['CONVBOOK_BENCH_PYTHON'], here('../.cache/bench-venv/bin/python'), venv];
  const pythons: Pythons = {
    keras: pythonWith('keras', [values.python ?? venv]),
    torch: pythonWith('torch', others),
    sklearn: pythonWith('sklearn', others),
  };
  if (!pythons.keras) console.log('No Python with Keras was found: run `npm run setup` first.');
  if (!pythons.torch || !pythons.sklearn) {
    const lacking = [!pythons.torch && 'PyTorch', !pythons.sklearn && 'scikit-learn'].filter(Boolean);
    console.log(`No Python with ${lacking.join(' or ')} was found: see --help for how to get one.`);
  }
  const rows: Row[] = [];
  for (const { name } of nets) {
    if (!chosen.includes(name)) continue;
    console.log(`measuring ${name} ...`);
    rows.push(...(await measureNet(name, pythons, Number(values.rounds))));
  }
  if (chosen.includes('dispatch')) rows.push(await dispatch());
  if (chosen.includes('knn')) rows.push(await kNearest(pythons.sklearn));
  if (chosen.includes('leak')) rows.push(...(await leak(Number(values.steps))));
  print(rows);
  const ops = await slowOps(rows, chosen, Boolean(values.ops));
  mkdirSync(path.dirname(values.out), { recursive: true });
  const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.versions.node };
  writeFileSync(
    values.out,
    `${JSON.stringify({ date: new Date().toISOString(), machine, rows, ops }, null, 2)}\n`,
  );
  console.log(`Written to ${values.out}`);
  return 0;
}
