// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requirePython, setUp } from './setup/index.mjs';
import { parseSetupOptions } from './setup/options.mjs';
import { cachePaths, environmentPaths, fromRoot, root } from './setup/paths.mjs';
import { withoutPythonPath } from './setup/python.mjs';

/**
 * Jupyter's folders, inside the project: settings, trust, history and running servers of a course do not mix with
 * those of the user's other work. `--user-config` leaves them where they always are.
 * @param {NodeJS.ProcessEnv} env @param {{userConfig: boolean}} choice @returns {NodeJS.ProcessEnv}
 */
export function jupyterEnvironment(env, { userConfig }) {
  const { folder } = environmentPaths();
  const { jupyter, ipython } = cachePaths();
  const shared = {
    ...withoutPythonPath(env),
    VIRTUAL_ENV: folder,
    PATH: `${join(folder, 'bin')}:${env.PATH ?? ''}`,
    JUPYTER_PREFER_ENV_PATH: '1',
  };
  if (userConfig) return shared;
  return {
    ...shared,
    JUPYTER_CONFIG_DIR: join(jupyter, 'config'),
    JUPYTER_DATA_DIR: join(jupyter, 'data'),
    JUPYTER_RUNTIME_DIR: join(jupyter, 'runtime'),
    JUPYTERLAB_SETTINGS_DIR: join(jupyter, 'lab', 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: join(jupyter, 'lab', 'workspaces'),
    IPYTHONDIR: ipython,
    CONVBOOK_HISTORY: env.CONVBOOK_HISTORY ?? join(jupyter, 'history.jsonl'),
  };
}

/**
 * @param {string[]} args the user's options for JupyterLab
 * @param {{folder: string, isAdministrator: boolean}} place
 * @returns {string[]}
 */
export function labArguments(args, { folder, isAdministrator }) {
  const given = (/** @type {string} */ name) =>
    args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const defaults = [];
  // JupyterLab refuses to run as root, as in a container, unless told.
  if (isAdministrator && !given('--allow-root')) defaults.push('--allow-root');
  // The address is printed at this level too, and is not lost among the extensions' greetings.
  if (!given('--log-level') && !given('--debug')) defaults.push('--log-level=WARN');
  // Ctrl-C means it; without this JupyterLab asks, and goes on after five seconds.
  if (!given('--ServerApp.answer_yes') && !given('-y')) defaults.push('--ServerApp.answer_yes=True');
  const names = ['--notebook-dir', '--ServerApp.root_dir', '--LabApp.root_dir', '--preferred-dir'];
  if (!names.some(given)) defaults.push(`--ServerApp.root_dir=${folder}`);
  return ['-m', 'jupyterlab', ...defaults, ...args];
}

/** @param {string[]} args */
export async function main(args) {
  const { options, rest } = parseSetupOptions(args);
  const userConfig = rest.includes('--user-config');
  await setUp(options);
  const notebooks = fromRoot('notebooks');
  const folder = existsSync(notebooks) ? notebooks : root;
  const lab = labArguments(
    rest.filter((arg) => arg !== '--user-config'),
    { folder, isAdministrator: process.getuid?.() === 0 },
  );
  mkdirSync(cachePaths().jupyter, { recursive: true });
  process.stderr.write(`Opening JupyterLab on ${folder}; Ctrl-C ends it.\n`);
  return serve(requirePython(), lab, jupyterEnvironment(process.env, { userConfig }));
}

/**
 * Runs JupyterLab until it ends. It gets a process group of its own, so that Ctrl-C reaches it once, from here, however
 * many of terminal, npm and shell pass it on; asking again after a second ends it the hard way.
 * @param {string} python @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>}
 */
function serve(python, args, env) {
  return new Promise((resolve) => {
    const child = spawn(python, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
      cwd: root,
      detached: true,
    });
    let first = 0;
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      const repeated = first !== 0 && Date.now() - first > 1000;
      if (first === 0 || repeated) child.kill(repeated ? 'SIGTERM' : signal);
      if (first === 0) first = Date.now();
    };
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => end(signal === 'SIGHUP' ? 'SIGTERM' : signal));
    }
    process.on('exit', () => child.kill('SIGTERM'));
    // npm runs its scripts through a shell, which dies of a SIGTERM without passing it on.
    const parent = process.ppid;
    const orphaned = () => process.ppid !== parent && end('SIGTERM');
    if (env.npm_lifecycle_event) setInterval(orphaned, 1000).unref();
    child.on('error', () => resolve(1));
    child.on('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)),
    );
  });
}
