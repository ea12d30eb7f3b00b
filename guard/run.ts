import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
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
  env?: Record<string, string>;
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
 * A cell that fails ends the run, as it does in Jupyter; what ran until then is in the answer.
 *
 * @throws a sentence where the client itself can't run
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<Ran> {
  const { timeoutSeconds = 900, kernel = 'convbook' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'convbook-guard-'));
  try {
    const result = join(folder, 'result.json');
    const committed = await readNotebook(file);
    const input = join(folder, basename(file));
    await writeFile(input, JSON.stringify(withSolutions(committed)));
    const script = fileURLToPath(new URL('execute.py', import.meta.url));
    const child = spawn(
      python(),
      [script, input, result, dirname(resolve(file)), String(timeoutSeconds), kernel],
      {
        env: {
          ...process.env,
          JUPYTER_PLATFORM_DIRS: '1',
          JUPYTER_PREFER_ENV_PATH: '1',
          JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
          PYTHONDONTWRITEBYTECODE: '1',
          ...options.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let log = '';
    child.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-4000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const progress = JSON.parse(line);
      if (progress.cell < committed.cells.length)
        options.onCell?.({ ...progress, of: committed.cells.length });
    });
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
    if (!existsSync(result)) {
      throw new Error(
        `Jupyter's client could not run ${basename(file)} (exit ${code}): ${log.trim().split('\n').slice(-6).join('\n')}`,
      );
    }
    return withoutSolutions(JSON.parse(await readFile(result, 'utf8')), committed.cells.length);
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
