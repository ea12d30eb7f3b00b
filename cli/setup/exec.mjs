// @ts-check
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/**
 * Runs a program without a shell and without input (nothing may stop to ask), line by line.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, log?: string}} [options]
 * @returns {Promise<{code: number, output: string}>} output: the last 200 lines of stdout and stderr; code 127: not found
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const lines = [];
    if (options.log) {
      mkdirSync(dirname(options.log), { recursive: true });
      appendFileSync(options.log, `$ ${command} ${args.join(' ')}\n`);
    }
    const take = (/** @type {string} */ line) => {
      if (lines.push(line) > 200) lines.shift();
      if (options.log) appendFileSync(options.log, `${line}\n`);
      options.onLine?.(line);
    };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const finish = (/** @type {number} */ code) => {
      running.delete(child);
      resolve({ code, output: lines.join('\n') });
    };
    child.on('error', (error) => {
      take(error.message);
      finish(127);
    });
    for (const stream of [child.stdout, child.stderr]) splitLines(stream, take);
    child.on('close', (code, signal) => finish(code ?? (signal ? 130 : 1)));
  });
}

/** @param {NodeJS.ReadableStream} stream @param {(line: string) => void} take */
function splitLines(stream, take) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    const parts = (rest + chunk).split(/\r?\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
  stream.on('end', () => {
    if (rest) take(rest);
  });
}
