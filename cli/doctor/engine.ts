// Run by itself (`node --import …/register.mjs cli/doctor/engine.ts`): an engine that crashes the process, as a wheel
// does on a processor without its instructions, must not take the doctor with it. Its last line is the answer.
import { startEngine } from '../../lib/runtime/index.ts';

const answer = await startEngine().catch((error: Error) => ({ error: error.message }));
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0));
