// Run by itself at the end of the set-up: imports all of convbook once, which keeps every transpiled file and the
// kernel's bundles for the first notebook, and proves that the engine starts. Its last line is the engine.
import { engineInfo } from '../../index.ts';
import { bundle } from '../../kernel/loader/bundle.mjs';

bundle('kernel/main.ts');
process.stdout.write(`\n${JSON.stringify(engineInfo() ?? { error: 'no engine was started' })}\n`, () =>
  process.exit(0),
);
