// Runs a notebook through the real kernel with Jupyter's own client (nbclient, by nbconvert --execute), as a teacher
// or the site would, and gives back what it printed, drew and returned.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Output {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface Cell {
  cell_type: 'code' | 'markdown' | 'raw';
  source: string | string[];
  metadata: Record<string, unknown>;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** nbformat writes long strings as lists of lines. */
export const joined = (text: unknown): string => (Array.isArray(text) ? text.join('') : String(text ?? ''));

export const python = (): string => {
  const found = [join(root, '.venv/bin/python'), join(root, '.venv/Scripts/python.exe')].find(existsSync);
  if (!found)
    throw new Error('There is no Python environment in the project yet. Run "npm run setup" first.');
  return found;
};

/** Executes a notebook in its own folder, so that its relative imports work, and leaves the file as it was. */
export async function runNotebook(
  file: string,
  options: { timeoutSeconds?: number; env?: Record<string, string> } = {},
): Promise<Notebook> {
  const out = await mkdtemp(join(tmpdir(), 'convbook-run-'));
  try {
    const args = [
      ...['-m', 'nbconvert', '--to', 'notebook', '--execute', file, '--output-dir', out],
      `--ExecutePreprocessor.timeout=${options.timeoutSeconds ?? 600}`,
      '--ExecutePreprocessor.kernel_name=convbook',
    ];
    const child = spawn(python(), args, {
      cwd: dirname(file),
      env: {
        ...process.env,
        JUPYTER_PLATFORM_DIRS: '1',
        JUPYTER_RUNTIME_DIR: join(out, 'runtime'),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0)
      throw new Error(`nbconvert could not run ${basename(file)} (exit ${code}):\n${log.slice(-4000)}`);
    return JSON.parse(await readFile(join(out, basename(file)), 'utf8'));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

export const codeCells = (notebook: Notebook): Cell[] => notebook.cells.filter((c) => c.cell_type === 'code');
export const outputsOf = (notebook: Notebook): Output[] =>
  codeCells(notebook).flatMap((c) => c.outputs ?? []);

/** The outputs of the code cell whose metadata carries this name: `{"convbook": {"name": "test-accuracy"}}`. */
export function outputsNamed(notebook: Notebook, name: string): Output[] {
  const cell = codeCells(notebook).find(
    (c) => (c.metadata['convbook'] as { name?: string } | undefined)?.name === name,
  );
  if (!cell) throw new Error(`No code cell is named "${name}" in its metadata.`);
  return cell.outputs ?? [];
}
