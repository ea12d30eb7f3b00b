// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { nodeProblem } from '../setup/node.mjs';
import { npmCommand } from '../setup/npm.mjs';
import { fromRoot, root } from '../setup/paths.mjs';
import { freeMegabytes } from '../setup/space.mjs';
import { hasNvidiaDriver } from '../setup/variant.mjs';

/** @typedef {{what: string, remedy: string}} Finding something wrong, and the command or step that mends it */

export function system() {
  return {
    platform: process.platform,
    arch: process.arch,
    release: osName(),
    cores: os.availableParallelism(),
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryMb: Math.round(os.totalmem() / 1e6),
    freeMemoryMb: Math.round(availableMemory() / 1e6),
    diskFreeMb: freeMegabytes(root),
  };
}

function osName() {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'));
    if (name) return name[1];
  } catch {
    // Not Linux.
  }
  return `${os.type()} ${os.release()}`;
}

/** What programs may still take; Linux counts its disk cache as used in `freemem`. */
function availableMemory() {
  const available = /** @type {any} */ (process).availableMemory;
  return typeof available === 'function' ? available() : os.freemem();
}

export function node() {
  const problem = nodeProblem(process.versions.node, {
    platform: process.platform,
    arch: process.arch,
    env: process.env,
  });
  return { version: process.versions.node, path: process.execPath, ok: problem === null };
}

export function npm() {
  const [program, ...args] = npmCommand(process.env);
  const result = spawnSync(program, [...args, '--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    cwd: fromRoot(),
  });
  return { version: result.status === 0 ? result.stdout.trim() : null };
}

/** @typedef {{name: string, memoryMb: number, driver: string}} Gpu */

/** @param {string} csv of nvidia-smi's name, memory.total, driver_version @returns {Gpu[]} */
export function parseGpus(csv) {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 3)
    .map(([name, memory, driver]) => ({ name, memoryMb: Number.parseInt(memory, 10), driver }));
}

export function gpu() {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  const result = spawnSync('nvidia-smi', query, { encoding: 'utf8', timeout: 20_000 });
  return { driver: hasNvidiaDriver(), devices: result.status === 0 ? parseGpus(result.stdout) : [] };
}
