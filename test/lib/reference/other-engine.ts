// Computes everything on the engine of CONVBOOK_ENGINE and prints it: the other side of a comparison, since a process has one
// engine.
import { startEngine } from '../../../lib/runtime/index.ts';
import { computations, type Results } from './results.ts';

await startEngine();
const all: Record<string, Results> = {};
for (const [name, compute] of computations) all[name] = await compute();
process.stdout.write(JSON.stringify(all));
