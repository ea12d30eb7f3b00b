// @ts-check
import { setUp } from './setup/index.mjs';
import { parseSetupOptions } from './setup/options.mjs';
import { Problem } from './setup/problem.mjs';

/** @param {string[]} args */
export async function main(args) {
  const { options, rest } = parseSetupOptions(args);
  if (rest.length > 0) {
    throw new Problem(
      `convbook setup does not know "${rest[0]}". It takes --cpu, --gpu and --python PATH.`,
      2,
    );
  }
  const { changed, variant } = await setUp(options);
  process.stderr.write(
    changed ? 'Next: npm start\n' : `Everything is set up (${variant}). Next: npm start\n`,
  );
}
