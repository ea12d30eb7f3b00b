import { existsSync, readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { calibrate } from '../guard/calibration.ts';
import { compareNotebook, type NotebookReport } from '../guard/check.ts';
import { readNotebook, writeNotebook } from '../guard/notebook.ts';
import { jobsFor, pool } from '../guard/pool.ts';
import { htmlReport } from '../guard/report/html.ts';
import { junitReport } from '../guard/report/junit.ts';
import { summary, textReport } from '../guard/report/text.ts';
import { runNotebook } from '../guard/run.ts';
import { setRule } from '../guard/set.ts';
import { update } from '../guard/update.ts';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npx convbook check [OPTIONS] NOTEBOOKS_OR_FOLDERS
       npx convbook check set NOTEBOOK CELL KIND [NAME=VALUE ...]

Runs notebooks again and compares every output with the committed one by meaning.
  --update          accept what came, and show what is accepted
  --timing          also fail on cells that became slower (in units of a calibration loop)
  --timeout SECONDS for each notebook (default 900)
  --jobs N          notebooks at once (default: what cores and memory allow)
  --junit FILE      write the report as JUnit XML
  --html FILE       write the report as a page, outputs side by side
set writes a cell's rule: CELL is its name or number, KIND one of numbers, text, table, tensor, figure, picture,
varies, budget, none. Example: npx convbook check set notebooks/09.ipynb test-accuracy numbers range=[0.989,1]
Exit code: 0 all passed, 1 something failed, 3 nothing failed but something was not comparable.`;

interface Options {
  update: boolean;
  timing: boolean;
  timeout: number;
  jobs: number | undefined;
  junit: string | undefined;
  html: string | undefined;
  files: string[];
}

export async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (args[0] === 'set') return set(args.slice(1));
  const options = parse(args);
  const calibration = calibrate();
  const jobs = options.jobs ?? jobsFor(options.files.length, availableParallelism());
  const reports = await pool(options.files, jobs, (file) => checkOne(file, options, calibration));
  process.stdout.write(`${textReport(reports)}\n${summary(reports)}\n`);
  if (options.junit) await writeFile(options.junit, junitReport(reports));
  if (options.html) await writeFile(options.html, htmlReport(reports));
  if (reports.some(({ status }) => status === 'failed')) return 1;
  return reports.some(({ status }) => status === 'not-comparable') ? 3 : 0;
}

/** Never rejects: a notebook that can't be run is one that failed, and the others go on. */
async function checkOne(file: string, options: Options, calibration: number): Promise<NotebookReport> {
  const name = relative(process.cwd(), file) || file;
  try {
    const committed = await readNotebook(file);
    const run = await runNotebook(file, {
      timeoutSeconds: options.timeout,
      onCell: ({ cell, of, seconds }) =>
        progress(`${name}: cell ${cell + 1} of ${of}, ${seconds.toFixed(1)} s`),
    });
    progress('');
    const report = compareNotebook(name, committed, run, options.timing ? calibration : undefined);
    if (!options.update || run.failure) return report;
    const { notebook, accepted } = update(committed, run, report, calibration);
    await writeNotebook(file, notebook);
    const shown = accepted.map(
      ({ cell, name: title, what }) => `  cell ${cell} (${title})\n    ${what.replaceAll('\n', '\n    ')}`,
    );
    process.stdout.write(
      `${name}: accepted ${accepted.length} changes\n${shown.map((line) => `${line}\n`).join('')}`,
    );
    return compareNotebook(name, notebook, run);
  } catch (error) {
    progress('');
    const reason = (error as Error).message;
    return { file: name, status: 'failed', reason, seconds: 0, facts: { engine: null, data: [] }, cells: [] };
  }
}

/** One line that is written over, on a terminal alone. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text.slice(0, process.stderr.columns - 1)}`);
}

async function set(args: string[]): Promise<number> {
  const [file, cell, kind, ...settings] = args;
  if (!file || !cell || !kind) throw new Problem(USAGE, 2);
  try {
    const notebook = await readNotebook(file);
    const guard = setRule(notebook, cell, kind, settings);
    await writeNotebook(file, notebook);
    process.stdout.write(`${file}, cell ${cell}: ${JSON.stringify(guard)}\n`);
    return 0;
  } catch (error) {
    throw new Problem((error as Error).message, 2);
  }
}

function parse(args: string[]): Options {
  const options: Options = {
    update: false,
    timing: false,
    timeout: 900,
    jobs: undefined,
    junit: undefined,
    html: undefined,
    files: [],
  };
  const rest = [...args];
  const positive = (name: string) => {
    const value = Number(rest.shift());
    if (!(value > 0)) throw new Problem(`${name} takes a number above 0.\n\n${USAGE}`, 2);
    return value;
  };
  const path = (name: string) => {
    const value = rest.shift();
    if (!value) throw new Problem(`${name} takes the name of a file.\n\n${USAGE}`, 2);
    return value;
  };
  while (rest.length > 0) {
    const arg = rest.shift()!;
    if (arg === '--update') options.update = true;
    else if (arg === '--timing') options.timing = true;
    else if (arg === '--timeout') options.timeout = positive(arg);
    else if (arg === '--jobs') options.jobs = Math.ceil(positive(arg));
    else if (arg === '--junit') options.junit = path(arg);
    else if (arg === '--html') options.html = path(arg);
    else if (arg.startsWith('-')) throw new Problem(`There is no option ${arg}.\n\n${USAGE}`, 2);
    else options.files.push(...notebooksAt(arg));
  }
  if (options.files.length === 0) throw new Problem(`No notebooks were given.\n\n${USAGE}`, 2);
  return options;
}

/** A file as it is; a folder's notebooks, without those of Jupyter's own checkpoints. */
function notebooksAt(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => join(path, name));
}
