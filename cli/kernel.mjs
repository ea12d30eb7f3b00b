// @ts-check
import { pathToFileURL } from 'node:url';
import { loadTypeScript } from './main.mjs';
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
  await loadTypeScript('kernel');
  const kernel = await import(pathToFileURL(fromRoot('kernel', 'main.ts')).href);
  await kernel.main(args[0]);
}
