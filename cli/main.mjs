// @ts-check
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { commands, nearest } from './commands.mjs';
import { fromRoot } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

/** @returns {string} */
export function help() {
  const shown = Object.values(commands).filter((command) => !command.hidden && isPresent(command));
  const width = Math.max(...shown.map((command) => command.usage.length));
  const lines = shown.map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`);
  return [
    'convbook: TypeScript notebooks for learning convolutional neural networks',
    '',
    'Usage: npx convbook COMMAND, or the short forms npm start and npm test',
    '',
    ...lines,
    `  ${'help'.padEnd(width)}  this text`,
  ].join('\n');
}

/** @param {import('./commands.mjs').Command} command */
function isPresent(command) {
  return existsSync(fromRoot('cli', command.file));
}

/** @param {string[]} args the command and its arguments */
export async function main(args) {
  const [name, ...rest] = args;
  try {
    process.exitCode = await dispatch(name, rest);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // A usage that was asked for is no error.
    (error.exitCode === 0 ? process.stdout : process.stderr).write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

/** @param {string | undefined} name @param {string[]} args @returns {Promise<number>} exit code */
async function dispatch(name, args) {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${help()}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || !isPresent(command)) {
    const guess = nearest(name);
    const hint = guess && guess !== name ? ` Did you mean ${guess}?` : '';
    throw new Problem(`convbook has no command "${name}".${hint} npx convbook help lists them.`, 2);
  }
  if ((args[0] === '--help' || args[0] === '-h') && !command.explainsItself) {
    process.stdout.write(`Usage: npx convbook ${command.usage}\n${command.summary}\n`);
    return 0;
  }
  if (!command.hidden) endWithReader();
  if (command.file.endsWith('.ts')) await loadTypeScript(name);
  const module = await import(pathToFileURL(fromRoot('cli', command.file)).href);
  return (await module.main(args)) ?? process.exitCode ?? 0;
}

/** `convbook … | head` ends when head has read enough, without a stack trace. */
function endWithReader() {
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** Lets this process import .ts files. @param {string} name the command that asks */
export async function loadTypeScript(name) {
  if (!existsSync(fromRoot('node_modules', 'esbuild'))) {
    throw new Problem(`convbook ${name} needs the npm packages, which are not installed. Run: npm run setup`);
  }
  await import(pathToFileURL(fromRoot('kernel', 'loader', 'register.mjs')).href);
}
