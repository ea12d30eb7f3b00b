// @ts-check
import { pathToFileURL } from 'node:url';
import { run } from '../setup/exec.mjs';
import { fromRoot } from '../setup/paths.mjs';

/**
 * @typedef {{engine: string, ok: boolean, why: string, remedy: string}} Attempt
 * @typedef {{engine: string, version: string, device: string, threads: number, reason: string, tried: Attempt[]}} Engine
 */

/** Starts the engine in a process of its own. @param {string} [script] @returns {Promise<Engine | {error: string}>} */
export async function engine(script = fromRoot('cli', 'doctor', 'engine.ts')) {
  const loader = pathToFileURL(fromRoot('kernel', 'loader', 'register.mjs')).href;
  const { code, output } = await run(process.execPath, ['--import', loader, script]);
  return readEngine(code, output);
}

/** @param {number} code @param {string} output @returns {Engine | {error: string}} */
export function readEngine(code, output) {
  for (const line of output.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      return JSON.parse(line);
    } catch {
      break;
    }
  }
  const last = output.trim().split('\n').at(-1);
  return { error: `The process that starts the engine ended with code ${code}${last ? `: ${last}` : ''}` };
}
