import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { withSolutions } from './exercises.ts';
import { type Notebook, type Output, readNotebook } from './notebook.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What one cell took, by the client's clock and the kernel's own word. */
export interface Measured {
  seconds: number;
  status: 'ok' | 'failed';
  /** Tensors alive after the cell. */
  tensors?: number;
  /** Of the process that runs the cells, after the cell. */
  bytes?: number;
}

export interface Ran {
  notebook: Notebook;
  /** By the cell's number in the notebook; cells that did not run have none. */
  cells: Record<string, Measured>;
  facts: { engine?: string | null; device?: string | null; data?: string[] };
  /** What each exercise's check showed with the solution in place, in the exercises' order. */
  solutions: { outputs: Output[]; ran: boolean }[];
  failure: { kind: 'time' | 'cell' | 'kernel'; message: string } | null;
}

export interface RunOptions {
  /** For the whole notebook; default 900. */
  timeoutSeconds?: number;
  kernel?: string;
  /** Go on after cells that fail, and interrupt a cell after so many seconds, as nbgrader does; tensors and memory are not asked for. */
  cellSeconds?: number;
  /** A command that the client is started through, such as one that takes the network away. */
  wrap?: readonly string[];
  env?: Record<string, string>;
  /** Where the client keeps its connection file; default the system's temporary folder. */
  scratch?: string;
  onCell?: (progress: { cell: number; of: number; seconds: number; status: string }) => void;
}

/** @throws a sentence where the project has no Python environment yet */
export function python(): string {
  const found = [join(root, '.venv/bin/python'), join(root, '.venv/Scripts/python.exe')].find(existsSync);
  if (!found) throw new Error('There is no Python environment in the project yet. Run: npm run setup');
  return found;
}

/**
 * Runs a notebook through the real kernel with Jupyter's client, in the notebook's own folder, and leaves its file as it was.
 * A cell that fails ends the run, as it does in Jupyter; what ran until then is in the answer. The solutions of its exercises run
 * behind its last cell.
 *
 * @throws a sentence where the client itself can't run
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<Ran> {
  const committed = await readNotebook(file);
  const count = committed.cells.length;
  const onCell: RunOptions['onCell'] = (progress) => {
    if (progress.cell < count) options.onCell?.({ ...progress, of: count });
  };
  const ran = await runCells(withSolutions(committed), dirname(resolve(file)), { ...options, onCell });
  return withoutSolutions(ran, count);
}

/**
 * Runs a notebook that need not be a file, in a folder.
 *
 * @throws a sentence where the client itself can't run
 */
export async function runCells(
  notebook: Notebook,
  cwd: string,
  options: RunOptions = {},
): Promise<Omit<Ran, 'solutions'>> {
  const { timeoutSeconds = 900, kernel = 'convbook', cellSeconds = 0, wrap = [] } = options;
  const folder = await mkdtemp(join(options.scratch ?? tmpdir(), 'convbook-guard-'));
  try {
    const script = fileURLToPath(new URL('execute.py', import.meta.url));
    const numbers = [String(timeoutSeconds), kernel, String(cellSeconds)];
    const [command, ...args] = [...wrap, python(), script, cwd, ...numbers];
    const child = spawn(command!, args, {
      env: {
        ...process.env,
        JUPYTER_PLATFORM_DIRS: '1',
        JUPYTER_PREFER_ENV_PATH: '1',
        JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
        PYTHONDONTWRITEBYTECODE: '1',
        ...options.env,
      },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr!.on('data', (chunk) => {
      log = (log + chunk).slice(-4000);
    });
    let result: Omit<Ran, 'solutions'> | undefined;
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const message = JSON.parse(line);
      if ('notebook' in message) result = message;
      else options.onCell?.(message);
    });
    // The client may end before it has read everything; its exit code then says why.
    child.stdin!.on('error', () => {});
    child.stdin!.end(JSON.stringify(notebook));
    // The client keeps the limit itself; these are for a client that hangs, and for our own end.
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    const late = setTimeout(end, (timeoutSeconds + 60) * 1000);
    const code = await new Promise((done, fail) => {
      child.on('close', done);
      child.on('error', fail);
    });
    clearTimeout(late);
    process.off('exit', end);
    if (!result) {
      const said = log.trim().split('\n').slice(-6).join('\n');
      throw new Error(`Jupyter's client could not run the notebook (exit ${code}): ${said}`);
    }
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Takes the solutions' cells off the end again. */
function withoutSolutions(ran: Omit<Ran, 'solutions'>, count: number): Ran {
  const extra = ran.notebook.cells.splice(count);
  const solutions = extra
    .map((cell, i) => ({ outputs: cell.outputs ?? [], ran: ran.cells[count + i]?.status === 'ok' }))
    .filter((_, i) => i % 2 === 1);
  // A solution that fails ends the run after the notebook's own cells: its exercise is to blame, not the notebook.
  const failedLate = Object.keys(ran.cells).some(
    (index) => Number(index) >= count && ran.cells[index]!.status !== 'ok',
  );
  const cells = Object.fromEntries(Object.entries(ran.cells).filter(([index]) => Number(index) < count));
  return {
    ...ran,
    cells,
    solutions,
    failure: failedLate && ran.failure?.kind === 'cell' ? null : ran.failure,
  };
}
