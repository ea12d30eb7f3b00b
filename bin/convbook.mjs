#!/usr/bin/env node
// The entry of every command. It runs before anything is installed, so it and what it imports at once use Node alone.
import { nodeProblem } from '../cli/setup/node.mjs';

const problem = nodeProblem(process.versions.node, {
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  command: process.argv.slice(2).join(' '),
});
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  // Imported late: the rest may use today's JavaScript.
  import('../cli/main.mjs').then((cli) => cli.main(process.argv.slice(2)));
}
