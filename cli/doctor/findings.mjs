// @ts-check

/** @typedef {import('./report.mjs').Diagnosis} Diagnosis */
/** @typedef {import('./system.mjs').Finding} Finding */

const SETUP = 'npm run setup';

/**
 * What is wrong (`problems`: the two commands will not work) and what could be better (`advice`).
 * @param {Omit<Diagnosis, 'problems' | 'advice'>} seen
 * @returns {{problems: Finding[], advice: Finding[]}}
 */
export function findings(seen) {
  /** @type {Finding[]} */
  const problems = [];
  /** @type {Finding[]} */
  const advice = [];
  const { installed, engine, gpu, system } = seen;
  if (!installed.npmPackages)
    problems.push({ what: 'The npm packages are missing or not up to date', remedy: SETUP });
  if (!installed.environment.ready)
    problems.push({ what: 'The Python environment is missing or not up to date', remedy: SETUP });
  else if (!installed.kernel.registered)
    problems.push({ what: 'The kernel is not registered in .venv for this Node', remedy: SETUP });
  if ('error' in engine) problems.push({ what: engine.error, remedy: SETUP });
  else
    advice.push(
      ...engine.tried
        .filter((one) => !one.ok && one.remedy)
        .map((one) => ({ what: `${one.engine}: ${one.why}`, remedy: one.remedy })),
    );
  if (gpu.driver && installed.environment.variant === 'cpu') {
    advice.push({
      what: 'An NVIDIA driver is here and the CPU wheel is installed',
      remedy: 'npm run setup -- --gpu',
    });
  }
  if (system.diskFreeMb < 1000)
    advice.push({ what: `Only ${system.diskFreeMb} MB of disk are free`, remedy: 'free some space' });
  if (system.memoryMb < 3500)
    advice.push({
      what: `${system.memoryMb} MB of memory are little for training`,
      remedy: 'use small batches and close other kernels',
    });
  for (const one of seen.data) {
    if (one.found !== 'none') continue;
    advice.push({
      what: `${one.title} is not on this machine; labs that want it download it or use made data`,
      remedy: `npx convbook data get ${one.id}`,
    });
  }
  return { problems, advice };
}
