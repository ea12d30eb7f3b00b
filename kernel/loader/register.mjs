// `node --import …/register.mjs`: from then on .ts files, `convbook` and the tfjs-node names can be imported and
// required. Without options edited files are not looked for again; the cells' process asks for that by
// CONVBOOK_VERSIONS=1 (see versions.mjs).
import module from 'node:module';
import * as hooks from './hooks.mjs';
import { installRequire } from './require.mjs';

const versions = process.env.CONVBOOK_VERSIONS === '1';

if (!globalThis[Symbol.for('convbook.loader')]) {
  globalThis[Symbol.for('convbook.loader')] = true;
  if (typeof module.registerHooks === 'function') {
    hooks.useVersions(versions);
    module.registerHooks({ resolve: hooks.resolve, load: hooks.load });
  } else {
    module.register('./hooks.mjs', import.meta.url, { data: { versions } });
    installRequire();
  }
}
