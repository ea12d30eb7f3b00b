// Run by itself at the end of the set-up: imports all of convbook once, which keeps every transpiled file and the
// kernel's bundles for the first notebook, and proves that the engine starts. Its last line is the engine.
import { engineInfo } from '../../index.ts';
import { bundleAll } from '../../kernel/loader/bundle.mjs';

bundleAll();
process.stdout.write(`\n${JSON.stringify(engineInfo() ?? { error: 'no engine was started' })}\n`, () =>
  process.exit(0),
);
