// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readMarker } from '../setup/environment.mjs';
import { jupyterIsReady } from '../setup/jupyter.mjs';
import { npmIsReady } from '../setup/npm.mjs';
import { packagesAreReady, sitePackages } from '../setup/packages.mjs';
import { environmentPaths, root } from '../setup/paths.mjs';
import { readStamp } from '../setup/stamp.mjs';

/** @param {string[]} names of a site-packages folder @returns {Record<string, string>} version by package, names as on PyPI */
export function distributions(names) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const name of names) {
    const match = /^(.+?)-([^-]+)\.dist-info$/.exec(name);
    if (match) found[match[1].toLowerCase().replaceAll(/[._]+/g, '-')] = match[2];
  }
  return found;
}

export function installed() {
  const paths = environmentPaths();
  const marker = readMarker(root);
  const folder = sitePackages(root);
  const packages = distributions(folder ? readdirSync(folder) : []);
  const tensorflow = ['tensorflow-cpu', 'tensorflow'].find((name) => packages[name]);
  const spec = join(paths.kernel, 'kernel.json');
  return {
    npmPackages: npmIsReady(root),
    environment: {
      path: existsSync(paths.folder) ? paths.folder : null,
      python: marker?.python ?? null,
      variant: marker?.variant ?? null,
      ready: marker?.variant ? packagesAreReady(root, /** @type {any} */ (marker.variant)) : false,
    },
    jupyter: Object.fromEntries(
      ['jupyterlab', 'nbconvert', 'nbgrader', 'plotly', 'keras'].map((name) => [
        name,
        packages[name] ?? null,
      ]),
    ),
    tensorflow: {
      package: tensorflow ?? null,
      version: tensorflow ? packages[tensorflow] : null,
      path: process.env.CONVBOOK_TENSORFLOW ?? (folder && tensorflow ? join(folder, 'tensorflow') : null),
    },
    kernel: {
      registered: existsSync(paths.folder) && jupyterIsReady(root),
      spec: existsSync(spec) ? spec : null,
      node: /** @type {string | undefined} */ (readStamp(spec)?.argv?.[0]) ?? null,
    },
  };
}
