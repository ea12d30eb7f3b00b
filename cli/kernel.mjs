// @ts-check
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

/** @param {string[]} args the connection file, from Jupyter */
export async function main(args) {
  if (args.length !== 1) {
    throw new Problem(
      'convbook kernel takes the connection file that Jupyter writes for it. To start Jupyter run: npm start',
      2,
    );
  }
  if (!existsSync(fromRoot('node_modules', 'esbuild'))) {
    throw new Problem('convbook kernel needs the npm packages, which are not installed. Run: npm run setup');
  }
  // One bundled file: a start reads one file instead of forty, and needs no hooks.
  const { bundle } = await import('../kernel/loader/bundle.mjs');
  const kernel = await import(pathToFileURL(bundle('kernel/main.ts')).href);
  await kernel.main(args[0]);
}
