// @ts-check
// Registers the kernel and JupyterLab's settings inside the environment: every Jupyter tool of it (lab, nbconvert,
// nbgrader) finds them, and nothing is written to the user's home.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentPaths, fromRoot } from './paths.mjs';
import { writeWhole } from './stamp.mjs';

/** @param {string} name a file of cli/setup/jupyter */
const own = (name) => readFileSync(fromRoot('cli', 'setup', 'jupyter', name), 'utf8');

/** @param {string} root @param {string} node path of the Node that will run the kernel */
export function kernelSpec(root, node) {
  return {
    argv: [node, join(root, 'bin', 'convbook.mjs'), 'kernel', '{connection_file}'],
    display_name: 'TypeScript (convbook)',
    language: 'typescript',
    interrupt_mode: 'message',
    kernel_protocol_version: '5.5',
    metadata: { debugger: true },
  };
}

/** @param {string} root @returns {Record<string, string>} text by file */
export function jupyterFiles(root) {
  const paths = environmentPaths(root);
  return {
    [join(paths.kernel, 'kernel.json')]: `${JSON.stringify(kernelSpec(root, process.execPath), null, 2)}\n`,
    [join(paths.kernel, 'logo-svg.svg')]: own('logo-svg.svg'),
    // The kernel bounds its own output; the server's rate limit would only drop lines of it.
    [join(paths.config, 'jupyter_server_config.json')]: own('jupyter_server_config.json'),
    [join(paths.config, 'jupyter_lab_config.json')]: own('jupyter_lab_config.json'),
    [join(paths.config, 'nbgrader_config.py')]: own('nbgrader_config.py'),
    [paths.labSettings]: own('overrides.json'),
    // JupyterLab runs a CommonJS yarn.js, which would otherwise inherit "type": "module" from this project.
    [join(paths.folder, 'package.json')]: '{ "type": "commonjs" }\n',
  };
}

/** @param {string} root @returns {boolean} */
export function jupyterIsReady(root) {
  return Object.entries(jupyterFiles(root)).every(
    ([file, text]) => existsSync(file) && readFileSync(file, 'utf8') === text,
  );
}

/** @param {string} root */
export function registerJupyter(root) {
  for (const [file, text] of Object.entries(jupyterFiles(root))) writeWhole(file, text);
}
