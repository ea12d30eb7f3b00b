// TypeScript is nine megabytes of JavaScript: with V8's code cache it loads in a third of the time.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';
import type ts from 'typescript';
import { projectRoot } from '../../loader/transpile.mjs';

export function loadTypeScript(): typeof ts {
  const require = createRequire(join(projectRoot, 'package.json'));
  const path = require.resolve('typescript');
  const { version } = require('typescript/package.json');
  const cache = join(
    projectRoot,
    '.cache',
    'code',
    `typescript-${version}-${process.version}-${process.arch}.bin`,
  );
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(cache);
  } catch {
    // made below
  }
  const wrapper = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'latin1')}\n})`;
  const script = new vm.Script(wrapper, { filename: path, cachedData });
  const module = { exports: {} as typeof ts };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  if (!cachedData || script.cachedDataRejected) {
    setTimeout(() => {
      try {
        mkdirSync(dirname(cache), { recursive: true });
        writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
        renameSync(`${cache}.${process.pid}`, cache);
      } catch {
        // only for speed
      }
    }, 2_000).unref();
  }
  return module.exports;
}
