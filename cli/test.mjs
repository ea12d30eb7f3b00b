// @ts-check
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './setup/exec.mjs';
import { setUp } from './setup/index.mjs';
import { parseSetupOptions } from './setup/options.mjs';
import { cachePaths, fromRoot, root } from './setup/paths.mjs';
import { createReport } from './setup/report.mjs';
import { readStamp } from './setup/stamp.mjs';
import { jupyterEnvironment } from './start.mjs';
import { parseTestOptions } from './testing/options.mjs';
import { add, lastLine, summarise } from './testing/summary.mjs';

/** @param {string[]} args @returns {Promise<number>} exit code; the last line of stdout is `N passed, N failed` */
export async function main(args) {
  const { options, rest } = parseSetupOptions(args);
  const { scope, vitest } = parseTestOptions(rest);
  const report = createReport({ stream: process.stdout });
  const summaries = [];
  try {
    await setUp(options, { report });
    if (scope !== 'files') {
      summaries.push(await check(report, 'lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']));
      summaries.push(await check(report, 'types', ['node_modules/typescript/bin/tsc', '--noEmit']));
    }
    summaries.push(await runVitest(vitest, scope === 'all'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    summaries.push({ passed: 0, failed: 1, skipped: 0, notes: [message] });
  }
  const total = add(summaries);
  for (const note of total.notes) report.line(note);
  if (total.skipped > 0) report.line(`${total.skipped} skipped`);
  report.line(lastLine(total));
  return total.failed === 0 ? 0 : 1;
}

/**
 * @param {ReturnType<typeof createReport>} report @param {string} title @param {string[]} script of node_modules, and its arguments
 * @returns {Promise<import('./testing/summary.mjs').Summary>}
 */
async function check(report, title, script) {
  const status = report.step(title);
  const { code, output } = await run(process.execPath, script, {
    cwd: root,
    env: { ...process.env, XDG_CACHE_HOME: cachePaths().folder }, // Biome's log, otherwise in the home
  });
  if (code === 0) {
    status.done();
    return { passed: 1, failed: 0, skipped: 0, notes: [] };
  }
  status.fail();
  report.line(output);
  return { passed: 0, failed: 1, skipped: 0, notes: [`${title} failed, see above`] };
}

/** @param {string[]} args @param {boolean} all also the long tests @returns {Promise<import('./testing/summary.mjs').Summary>} */
function runVitest(args, all) {
  const results = join(cachePaths().folder, 'test', `results-${process.pid}.json`);
  mkdirSync(dirname(results), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const env = {
    ...jupyterEnvironment(process.env, { userConfig: false }),
    KERAS_HOME: join(cachePaths().folder, 'keras'),
    ...(all ? { CONVBOOK_TEST_ALL: '1' } : {}),
  };
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [fromRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...args],
      { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const finish = (/** @type {number} */ code) => {
      const summary = summarise(readStamp(results), code);
      rmSync(results, { force: true });
      resolve(summary);
    };
    child.on('error', () => finish(127));
    child.on('exit', (code) => finish(code ?? 1));
  });
}
