// @ts-check
import { existsSync, mkdirSync } from 'node:fs';
import { engine } from '../doctor/engine.mjs';
import { environmentMissing, makeEnvironment, readMarker } from './environment.mjs';
import { jupyterIsReady, registerJupyter } from './jupyter.mjs';
import { takeLock } from './lock.mjs';
import { installNpm, npmIsReady } from './npm.mjs';
import { installPackages, packagesAreReady } from './packages.mjs';
import { cachePaths, environmentPaths, fromRoot, root as projectRoot } from './paths.mjs';
import { Problem } from './problem.mjs';
import { findPython } from './python.mjs';
import { createReport } from './report.mjs';
import { freeMegabytes, readable, spaceProblem } from './space.mjs';
import { readStamp, writeStamp } from './stamp.mjs';
import { findUv } from './uv.mjs';
import { chooseVariant, hasNvidiaDriver, isMusl, SIZES } from './variant.mjs';

/** @typedef {{cpu?: boolean, gpu?: boolean, python?: string}} Options */
/** @typedef {ReturnType<typeof createReport>} Report */
/** @typedef {{npm: boolean, environment: string | null, packages: boolean, jupyter: boolean}} Missing */

/** What is missing now. @param {string} root @param {import('./variant.mjs').Variant} variant @returns {Missing} */
export function findMissing(root, variant) {
  const environment = environmentMissing(root);
  const fresh = environment !== null;
  return {
    npm: !npmIsReady(root),
    environment,
    packages: fresh || !packagesAreReady(root, variant),
    jupyter: fresh || !jupyterIsReady(root),
  };
}

/** @param {Missing} missing */
export const isComplete = (missing) =>
  !missing.npm && !missing.environment && !missing.packages && !missing.jupyter;

/**
 * The user's wish for the CPU wheel is kept, so that the next `npm start` does not fetch the large one after all.
 * @param {string} root @param {Options} options @returns {boolean}
 */
export function wantsCpu(root, options) {
  const file = cachePaths(root).choice;
  const kept = readStamp(file)?.cpu === true;
  const cpu = options.cpu ?? (options.gpu ? false : kept);
  if (cpu !== kept) writeStamp(file, { cpu });
  return cpu;
}

/**
 * The sentence said before anything is fetched.
 * @param {Missing} missing @param {import('./variant.mjs').Variant} variant @param {boolean} upgrade packages are there, in other versions
 */
export function plan(missing, variant, upgrade = false) {
  const parts = [
    ...(missing.npm ? [{ name: 'npm packages', ...SIZES.npm }] : []),
    ...(missing.packages ? [{ name: variantName(variant), ...SIZES[variant] }] : []),
  ];
  const sum = (/** @type {'network' | 'disk'} */ key) => parts.reduce((total, part) => total + part[key], 0);
  return { parts, network: sum('network'), disk: upgrade ? Math.round(sum('disk') / 4) : sum('disk') };
}

/** @param {import('./variant.mjs').Variant} variant */
function variantName(variant) {
  if (variant === 'jupyter') return 'JupyterLab';
  return `JupyterLab and TensorFlow for ${variant === 'cuda' ? 'NVIDIA GPUs, with CUDA' : 'the CPU'}`;
}

/**
 * Does what is missing and nothing else; says what it does.
 * @param {Options} [options]
 * @param {{root?: string, report?: Report}} [context]
 * @returns {Promise<{changed: boolean, variant: import('./variant.mjs').Variant}>}
 */
export async function setUp(options = {}, context = {}) {
  const root = context.root ?? projectRoot;
  const report = context.report ?? createReport();
  const { variant, reason } = chooseVariant({
    platform: process.platform,
    arch: process.arch,
    musl: isMusl(),
    nvidia: hasNvidiaDriver(),
    cpu: wantsCpu(root, options),
  });
  refuseWindows();
  if (options.gpu && variant !== 'cuda') {
    throw new Problem(
      `--gpu needs an NVIDIA driver, and none was found on this ${process.platform} ${process.arch} machine (nvidia-smi shows it). Without --gpu the set-up takes the CPU's wheel: npm run setup`,
    );
  }
  if (isComplete(findMissing(root, variant))) return { changed: false, variant };

  const release = await takeLock(cachePaths(root).lock, {
    onWait: (pid) =>
      report.line(`Another set-up of this folder (process ${pid}) is at work; waiting for it …`),
  });
  try {
    const missing = findMissing(root, variant); // again: the other one may have done it
    if (!isComplete(missing)) await perform(root, missing, { variant, reason }, options, report);
    return { changed: true, variant };
  } finally {
    release();
  }
}

/**
 * @param {string} root @param {Missing} missing @param {{variant: import('./variant.mjs').Variant, reason: string}} engine
 * @param {Options} options @param {Report} report
 */
async function perform(root, missing, { variant, reason }, options, report) {
  const started = Date.now();
  const uv = missing.packages ? findUv() : null;
  const python = missing.environment ? findPython({ wanted: options.python, hasUv: uv !== null }) : undefined;
  const { parts, network, disk } = plan(missing, variant, readMarker(root)?.requirements !== undefined);
  mkdirSync(cachePaths(root).folder, { recursive: true });
  if (parts.length > 0) {
    report.line(`Setting up convbook in ${root}`);
    for (const part of parts) {
      report.line(`  ${part.name}: up to ${readable(part.network)} to fetch, ${readable(part.disk)} on disk`);
    }
    report.line(`  engine: ${variant} (${reason})`);
    report.line(
      '  everything goes into node_modules and .venv here; npm and pip keep their own download caches',
    );
    const problem = spaceProblem({ disk, free: freeMegabytes(root), folder: root, variant });
    if (problem) throw new Problem(problem);
  }
  if (missing.npm) await perStep(report, 'npm packages', (status) => installNpm(root, status));
  if (python) {
    const note = missing.environment === 'not there yet' ? '' : ` (${missing.environment})`;
    await perStep(report, `Python environment${note}`, (status) =>
      makeEnvironment(root, { python, uv }, status),
    );
  }
  if (missing.packages) {
    await perStep(report, `Python packages${uv ? ', with uv' : ''}`, (status) =>
      installPackages(root, { variant, uv }, status),
    );
  }
  await perStep(report, 'Jupyter kernel and settings', async () => registerJupyter(root));
  if (parts.length > 0) await perStep(report, 'First start of kernel and engine', tryEngine);
  report.line(
    `Set-up finished in ${Math.round((Date.now() - started) / 1000)} s${network ? '; repeating it takes a second' : ''}.`,
  );
}

/** An engine that does not start ends no set-up: JupyterLab still opens, and doctor explains. */
async function tryEngine() {
  const found = await engine(fromRoot('cli', 'setup', 'warm.ts'));
  if ('error' in found) return `no engine starts (${found.error}). Run: npx convbook doctor`;
  return `${found.engine} on ${found.device}, ${found.threads} threads`;
}

/**
 * @param {Report} report @param {string} title
 * @param {(status: import('./report.mjs').Status) => Promise<string | void>} work gives a note, perhaps
 */
async function perStep(report, title, work) {
  const status = report.step(title);
  try {
    status.done((await work(status)) || '');
  } catch (error) {
    status.fail();
    throw error;
  }
}

function refuseWindows() {
  if (process.platform !== 'win32') return;
  throw new Problem(
    'convbook runs on Linux and macOS; on Windows use the Windows Subsystem for Linux. Run: wsl --install, then clone and start it inside WSL.',
  );
}

/** @param {string} [root] @returns {string} the environment's Python, or a sentence */
export function requirePython(root = projectRoot) {
  const { python } = environmentPaths(root);
  if (!existsSync(python)) throw new Problem('The Python environment is not there yet. Run: npm run setup');
  return python;
}
