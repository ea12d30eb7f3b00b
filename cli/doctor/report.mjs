// @ts-check
import { readable } from '../setup/space.mjs';

/**
 * @typedef {object} Diagnosis what `convbook doctor --json` prints
 * @property {{version: string, root: string}} convbook
 * @property {ReturnType<typeof import('./system.mjs').system>} system
 * @property {ReturnType<typeof import('./system.mjs').node>} node
 * @property {ReturnType<typeof import('./system.mjs').npm>} npm
 * @property {ReturnType<typeof import('./installed.mjs').installed>} installed
 * @property {ReturnType<typeof import('./system.mjs').gpu>} gpu
 * @property {import('./engine.mjs').Engine | {error: string}} engine
 * @property {import('./data.ts').DataFinding[]} data
 * @property {import('./system.mjs').Finding[]} problems
 * @property {import('./system.mjs').Finding[]} advice
 */

/** @param {Diagnosis} seen @returns {string} */
export function render(seen) {
  const { system, installed, engine, gpu } = seen;
  const { environment, jupyter, tensorflow, kernel } = installed;
  const missing = 'not installed';
  /** @type {[string, string][]} */
  const rows = [
    ['convbook', `${seen.convbook.version} in ${seen.convbook.root}`],
    ['system', `${system.release}, ${system.platform} ${system.arch}, ${system.cores} cores (${system.cpu})`],
    ['memory', `${readable(system.freeMemoryMb)} free of ${readable(system.memoryMb)}`],
    ['disk', `${readable(system.diskFreeMb)} free`],
    ['Node', `${seen.node.version} (${seen.node.path})`],
    ['npm', `${seen.npm.version ?? 'not found'}; packages ${installed.npmPackages ? 'installed' : missing}`],
    [
      'Python',
      environment.path ? `${environment.python ?? 'unknown'} in ${environment.path}` : 'no environment yet',
    ],
    ['JupyterLab', jupyter.jupyterlab ?? missing],
    ['nbconvert', jupyter.nbconvert ?? missing],
    ['nbgrader', jupyter.nbgrader ?? missing],
    ['kernel', kernel.registered ? `registered: ${kernel.spec}` : 'not registered'],
    ['TensorFlow', tensorflow.version ? `${tensorflow.version} (${tensorflow.package})` : missing],
    ['GPU', gpuLine(gpu)],
    ...engineRows(engine),
    ...seen.data.map((one) => /** @type {[string, string]} */ ([`data ${one.id}`, dataLine(one)])),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [
    ...lines,
    ...section('To mend:', seen.problems),
    ...section('Could be better:', seen.advice),
    '',
    verdict(seen),
  ].join('\n');
}

/** @param {Diagnosis['gpu']} gpu */
function gpuLine({ driver, devices }) {
  if (devices.length > 0)
    return devices.map((one) => `${one.name}, ${readable(one.memoryMb)}, driver ${one.driver}`).join('; ');
  return driver ? 'an NVIDIA driver, but nvidia-smi shows no device' : 'no NVIDIA driver';
}

/** @param {Diagnosis['engine']} engine @returns {[string, string][]} */
function engineRows(engine) {
  if ('error' in engine) return [['engine', `does not start: ${engine.error}`]];
  return [
    ['engine', `${engine.engine} on ${engine.device}, ${engine.threads} threads (${engine.version})`],
    ['', engine.reason],
    ...engine.tried
      .filter((one) => one.engine !== engine.engine)
      .map((one) => /** @type {[string, string]} */ (['', `${one.engine}: ${one.why}`])),
  ];
}

/** @param {Diagnosis['data'][number]} one */
function dataLine(one) {
  if (one.found === 'none') return 'not on this machine';
  return `${one.found === 'partly' ? 'some files of it' : 'here'}: ${one.folder}`;
}

/** @param {string} title @param {Diagnosis['problems']} list */
function section(title, list) {
  return list.length === 0
    ? []
    : ['', title, ...list.map(({ what, remedy }) => `  ${what}\n    -> ${remedy}`)];
}

/** @param {Diagnosis} seen */
function verdict({ problems }) {
  if (problems.length === 0) return 'All is well. Next: npm start';
  return `${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} mending.`;
}
