// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { engine } from './doctor/engine.mjs';
import { findings } from './doctor/findings.mjs';
import { installed } from './doctor/installed.mjs';
import { render } from './doctor/report.mjs';
import { gpu, node, npm, system } from './doctor/system.mjs';
import { loadTypeScript } from './main.mjs';
import { fromRoot, root } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

/** Works in a broken installation too: what can't be looked at is named with what mends it.
 * @returns {Promise<import('./doctor/report.mjs').Diagnosis>} */
export async function diagnose() {
  const here = installed();
  const canLoad = existsSync(fromRoot('node_modules', 'esbuild'));
  const seen = {
    convbook: { version: JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).version, root },
    system: system(),
    node: node(),
    npm: npm(),
    installed: here,
    gpu: gpu(),
    engine: canLoad ? await engine() : { error: 'No engine without the npm packages' },
    data: canLoad ? await data() : [],
  };
  return { ...seen, ...findings(seen) };
}

/** @returns {Promise<import('./doctor/data.ts').DataFinding[]>} */
async function data() {
  await loadTypeScript('doctor');
  const module = await import(pathToFileURL(fromRoot('cli', 'doctor', 'data.ts')).href);
  return module.findData();
}

/** @param {string[]} args @returns {Promise<number>} 1 where something must be mended before the two commands work */
export async function main(args) {
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown) throw new Problem(`convbook doctor does not know "${unknown}". It takes --json.`, 2);
  const seen = await diagnose();
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(seen, null, 2)}\n` : `${render(seen)}\n`);
  return seen.problems.length === 0 ? 0 : 1;
}
