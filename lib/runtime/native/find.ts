import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where TensorFlow's libraries lie, or a sentence that says why they can't be used and one that says what to do. */
export type WheelSearch =
  | { found: true; folder: string; framework: string; main: string }
  | { found: false; why: string; remedy: string };

const SETUP = 'Run `npm run setup` in the project: it installs the TensorFlow wheel into .venv.';

/** The names of the two libraries in a wheel: the C API's status and tensors lie in the first, the rest in the second. */
export function libraryNames(platform: NodeJS.Platform): { framework: string; main: string } | undefined {
  if (platform === 'linux')
    return { framework: 'libtensorflow_framework.so.2', main: 'libtensorflow_cc.so.2' };
  if (platform === 'darwin')
    return { framework: 'libtensorflow_framework.2.dylib', main: 'libtensorflow_cc.2.dylib' };
  return undefined;
}

/** The folder of the project that holds `.venv`: the nearest one above this file with a package.json. */
export function projectRoot(from = fileURLToPath(new URL('.', import.meta.url))): string {
  let folder = from;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) return from;
    folder = parent;
  }
  return folder;
}

/** `site-packages/tensorflow` of the virtual environment in `root`, for whichever Python it was made with. */
function wheelIn(root: string): string | undefined {
  const lib = path.join(root, '.venv', 'lib');
  if (!existsSync(lib)) return undefined;
  for (const python of readdirSync(lib)
    .filter((name) => name.startsWith('python'))
    .sort()
    .reverse()) {
    const folder = path.join(lib, python, 'site-packages', 'tensorflow');
    if (existsSync(folder)) return folder;
  }
  return undefined;
}

/**
 * Finds TensorFlow's shared libraries: in `CONVBOOK_TENSORFLOW` (the folder `site-packages/tensorflow`) where that is
 * set, else in the project's `.venv`.
 */
export function findWheel(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  root = projectRoot(),
): WheelSearch {
  const names = libraryNames(platform);
  if (!names) {
    return {
      found: false,
      why: `TensorFlow's wheel has no libraries for ${platform} that Node can load`,
      remedy:
        'On Windows, run convbook inside WSL for TensorFlow; without it the WebGPU or WASM engine is used.',
    };
  }
  const forced = environment['CONVBOOK_TENSORFLOW'];
  const folder = forced || wheelIn(root);
  if (!folder) {
    return {
      found: false,
      why: `no TensorFlow wheel in ${path.join(root, '.venv')} and CONVBOOK_TENSORFLOW is not set`,
      remedy: SETUP,
    };
  }
  for (const name of [names.framework, names.main]) {
    const file = path.join(folder, name);
    if (!existsSync(file)) {
      return {
        found: false,
        why: `${file} does not exist`,
        remedy: forced
          ? 'Point CONVBOOK_TENSORFLOW at the folder "tensorflow" inside site-packages, or unset it.'
          : SETUP,
      };
    }
  }
  return {
    found: true,
    folder,
    framework: path.join(folder, names.framework),
    main: path.join(folder, names.main),
  };
}
