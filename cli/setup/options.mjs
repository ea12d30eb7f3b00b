// @ts-check
import { Problem } from './problem.mjs';

/**
 * Takes the set-up's own options out of a command line; the rest belongs to the command.
 * @param {string[]} args
 * @returns {{options: import('./index.mjs').Options, rest: string[]}}
 */
export function parseSetupOptions(args) {
  /** @type {import('./index.mjs').Options} */
  const options = {};
  const rest = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--cpu') options.cpu = true;
    else if (arg === '--gpu') options.gpu = true;
    else if (arg === '--python' || arg.startsWith('--python=')) {
      const value = arg === '--python' ? args[++i] : arg.slice('--python='.length);
      if (!value)
        throw new Problem('--python needs the path of a Python, as in: --python /usr/bin/python3.12', 2);
      options.python = value;
    } else rest.push(arg);
  }
  if (options.cpu && options.gpu)
    throw new Problem('--cpu and --gpu exclude each other: give one of them.', 2);
  return { options, rest };
}
