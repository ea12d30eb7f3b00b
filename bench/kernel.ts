// Kernels side by side: start, round trips, output, memory, interrupt. All are driven by one client, one after the
// other, in one run.  npm run bench -- kernel [--json FILE] [--quick] [--only NAME,NAME]
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type KernelKind, kernelKinds, median, RunningKernel, shown } from './_kernels.ts';

type Measured = number | string;
type Row = Record<string, Measured>;

const LINES = 100_000;
const LOOP = 30_000_000;

/** The cells, in the two languages. */
const cells = {
  javascript: {
    trivial: '1 + 1',
    declare: (i: number) => `const c${i} = ${i}; function f${i}(x: number) { return x + c${i}; }`,
    print: `for (let i = 0; i < ${LINES}; i++) console.log('x'.repeat(99))`,
    print1: (i: number) => `console.log('cell', ${i})`,
    loop: `let s = 0; for (let i = 0; i < ${LOOP}; i++) { s += i % 7 }\ns`,
    endless: 'while (true) {}',
    compute: 'let until = Date.now() + 2000; while (Date.now() < until) {}',
    first: "console.log('first'); for (let end = Date.now() + 300; Date.now() < end; );",
    set: 'let kept = 42',
    get: 'kept',
    complete: 'Math.flo',
    tfjs: "import * as tf from '@tensorflow/tfjs'",
    completeTfjs: 'tf.con',
  },
  python: {
    trivial: '1 + 1',
    declare: (i: number) => `c${i} = ${i}\ndef f${i}(x): return x + c${i}`,
    print: `for i in range(${LINES}): print('x' * 99)`,
    print1: (i: number) => `print('cell', ${i})`,
    loop: `s = 0\nfor i in range(${LOOP}): s += i % 7\ns`,
    endless: 'while True: pass',
    compute: 'import time\nuntil = time.time() + 2\nwhile time.time() < until: pass',
    first: "import time\nprint('first')\nend = time.time() + 0.3\nwhile time.time() < end: pass",
    set: 'kept = 42',
    get: 'kept',
    complete: 'import math; math.flo',
    tfjs: '',
    completeTfjs: '',
  },
};

type Cells = (typeof cells)['javascript'];

/** One measurement that fails is said in its place; the others go on. */
async function attempt(measure: () => Promise<Measured>): Promise<Measured> {
  try {
    return await measure();
  } catch (error) {
    return `failed: ${(error as Error).message.replace(/ of [\w-]{30,}/, '').slice(0, 60)}`;
  }
}

async function start(kind: KernelKind, runs: number): Promise<Measured> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const kernel = await RunningKernel.start(kind);
    try {
      const { client } = kernel;
      const id = await client.send('shell', 'execute_request', client.executeContent('40 + 2'));
      try {
        await client.until(() => shown(client, id).includes('42'), 'the first result', 8_000);
        times.push(performance.now() - kernel.started);
      } catch {
        // A kernel that doesn't wait for subscribers loses the output of a cell that was sent early: ask again.
        await kernel.ready();
        await kernel.time('40 + 2');
        times.push(Number.NaN);
      }
    } finally {
      await kernel.stop();
    }
  }
  const heard = times.filter((time) => !Number.isNaN(time));
  if (heard.length === 0) return 'lost';
  return median(heard);
}

/** Start to the first result for a client that, as front ends do, asks for kernel_info until it is answered. */
async function startPolitely(kind: KernelKind, runs: number): Promise<Measured> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const kernel = await RunningKernel.start(kind);
    try {
      await kernel.ready();
      await kernel.time('40 + 2');
      times.push(performance.now() - kernel.started);
    } finally {
      await kernel.stop();
    }
  }
  return median(times);
}

async function roundTrips(kernel: RunningKernel, code: (i: number) => string, runs: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push((await kernel.time(code(i))).time);
  return median(times);
}

async function completion(kernel: RunningKernel, code: string, runs = 21): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const begin = performance.now();
    const id = await kernel.client.send('shell', 'complete_request', { code, cursor_pos: code.length });
    const reply = await kernel.client.reply(id);
    if (reply.content['matches'].length === 0) throw new Error('no matches');
    times.push(reply.at - begin);
  }
  return median(times);
}

async function printing(kernel: RunningKernel, code: string): Promise<Row> {
  const { time, text } = await kernel.time(code, 120_000);
  // Late pieces, after idle, count as delivered too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const delivered = Math.round((text.length / (LINES * 100)) * 1000) / 10;
  return { '10 MB output, s': time / 1000, 'delivered, %': delivered };
}

/** The median of the last 50 cells over that of the first 50, of the kind of cell where that is largest. */
async function slowDown(kernel: RunningKernel, text: Cells, cells: number): Promise<number> {
  const kinds = [(i: number) => text.declare(1000 + i), () => text.trivial, (i: number) => text.print1(i)];
  const ratios: number[] = [];
  const times: number[][] = kinds.map(() => []);
  for (let i = 0; i < cells; i++) {
    for (const [at, code] of kinds.entries()) times[at]!.push((await kernel.time(code(i))).time);
  }
  for (const each of times) ratios.push(median(each.slice(-50)) / median(each.slice(0, 50)));
  return Math.max(...ratios);
}

async function heartbeat(kernel: RunningKernel, code: string): Promise<Measured> {
  const id = await kernel.client.send('shell', 'execute_request', kernel.client.executeContent(code));
  await new Promise((resolve) => setTimeout(resolve, 300));
  let answered = 0;
  for (let i = 0; i < 5; i++) {
    const time = await kernel.client.ping(100).catch(() => Number.POSITIVE_INFINITY);
    if (time <= 100) answered++;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await kernel.client.idle(id, 10_000);
  return `${answered}/5`;
}

async function interrupting(kernel: RunningKernel, text: Cells): Promise<Row> {
  await kernel.time(text.set);
  const id = await kernel.client.send('shell', 'execute_request', kernel.client.executeContent(text.endless));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const begin = performance.now();
  await kernel.interrupt();
  const idle = await kernel.client.idle(id, 5_000);
  const { text: kept } = await kernel.time(text.get, 5_000);
  return { 'interrupt, ms': idle.at - begin, 'state kept': kept.includes('42') ? 'yes' : 'no' };
}

/** From the request to the first line of a cell that goes on computing. */
async function firstLine(kernel: RunningKernel, code: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const { client } = kernel;
    const begin = performance.now();
    const id = await client.send('shell', 'execute_request', client.executeContent(code));
    await client.until(() => shown(client, id).includes('first'), 'the first line');
    times.push(performance.now() - begin);
    await client.idle(id);
  }
  return median(times);
}

/** From the request to the end of the process, while a cell computes: the longest of several. */
async function ending(kind: KernelKind, code: string, runs: number): Promise<Measured> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const kernel = await RunningKernel.start(kind);
    try {
      await kernel.ready();
      times.push(await endingOnce(kernel, code));
    } finally {
      await kernel.stop();
    }
  }
  const longest = Math.max(...times);
  return Number.isFinite(longest) ? longest : 'more than 5000';
}

async function endingOnce(kernel: RunningKernel, code: string): Promise<number> {
  await kernel.client.send('shell', 'execute_request', kernel.client.executeContent(code));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const begin = performance.now();
  await kernel.client.send('control', 'shutdown_request', { restart: false });
  while (!kernel.exited && performance.now() - begin < 5_000)
    await new Promise((resolve) => setTimeout(resolve, 1));
  return kernel.exited ? performance.now() - begin : Number.POSITIVE_INFINITY;
}

async function measure(kind: KernelKind, quick: boolean): Promise<Row> {
  const runs = quick ? 3 : 7;
  const text = cells[kind.language];
  const row: Row = {};
  row['start to first result, s'] = await attempt(async () => {
    const time = await start(kind, runs);
    return typeof time === 'number' ? time / 1000 : time;
  });
  row['start, asking first, s'] = await attempt(async () => Number(await startPolitely(kind, runs)) / 1000);
  const kernel = await RunningKernel.start(kind);
  const also = async (name: string, value: () => Promise<Measured>) => {
    row[name] = await attempt(value);
  };
  const rows = async (name: string, value: () => Promise<Row>) => {
    try {
      Object.assign(row, await value());
    } catch (error) {
      row[name] = `failed: ${(error as Error).message.slice(0, 40)}`;
    }
  };
  try {
    await kernel.ready();
    await kernel.time(text.trivial);
    row['memory (PSS), MB'] = kernel.memory();
    await also('trivial cell, ms', () => roundTrips(kernel, () => text.trivial, quick ? 50 : 200));
    await also('declarations, ms', () => roundTrips(kernel, text.declare, quick ? 20 : 50));
    await also('completion, ms', () => completion(kernel, text.complete));
    await also('first line of a long cell, ms', () => firstLine(kernel, text.first));
    await rows('10 MB output, s', () => printing(kernel, text.print));
    await also('30M-step loop, s', async () => (await kernel.time(text.loop, 60_000)).time / 1000);
    await also('heartbeat while computing', () => heartbeat(kernel, text.compute));
    await also('slow-down over 500 cells', () => slowDown(kernel, text, quick ? 150 : 500));
    await rows('interrupt, ms', () => interrupting(kernel, text));
    if (text.tfjs && kind.name === 'convbook') {
      await also('completion with tfjs, ms', async () => {
        await kernel.time(text.tfjs, 60_000);
        await completion(kernel, text.completeTfjs, 1);
        return completion(kernel, text.completeTfjs);
      });
    }
  } finally {
    await kernel.stop();
  }
  await also('shutdown while computing, longest, ms', () => ending(kind, text.endless, quick ? 2 : 10));
  return row;
}

/** The loop of the cell in a plain Node script: what a kernel can reach. */
function plainLoop(): number {
  const script = `const t = performance.now(); ${cells.javascript.loop}; console.log(performance.now() - t)`;
  const times = Array.from({ length: 3 }, () =>
    Number(execFileSync(process.execPath, ['-e', script]).toString()),
  );
  return median(times) / 1000;
}

function table(columns: Record<string, Row>): string {
  const names = Object.keys(columns);
  const labels = [...new Set(names.flatMap((name) => Object.keys(columns[name]!)))];
  const show = (value: Measured | undefined) =>
    value === undefined
      ? '-'
      : typeof value === 'number'
        ? value.toPrecision(3).replace(/e\+\d+$/, (e) => e)
        : value;
  const lines = [
    ['', ...names],
    ...labels.map((label) => [label, ...names.map((name) => show(columns[name]![label]))]),
  ];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export async function main(args: string[]): Promise<number> {
  const quick = args.includes('--quick');
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const only = option('--only')?.split(',');
  const columns: Record<string, Row> = {};
  for (const kind of kernelKinds()) {
    if (only && !only.includes(kind.name)) continue;
    if (!kind.command) {
      console.log(`${kind.name} is absent: ${kind.install}`);
      continue;
    }
    console.log(`measuring ${kind.name} …`);
    columns[kind.name] = await measure(kind, quick);
  }
  const loop = plainLoop();
  console.log(`\n${table(columns)}\n\nThe 30M-step loop in a plain Node script: ${loop.toFixed(3)} s.`);
  console.log(`Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model}).`);
  const file = option('--json');
  if (file) {
    writeFileSync(
      file,
      `${JSON.stringify({ date: new Date().toISOString(), plainLoop: loop, kernels: columns }, null, 2)}\n`,
    );
  }
  return 0;
}
