import { opsSuite } from '../ops-suite.ts';

opsSuite('wasm', 1e-5);
