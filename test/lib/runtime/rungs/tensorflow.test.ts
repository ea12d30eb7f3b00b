import { opsSuite } from '../ops-suite.ts';

opsSuite('tensorflow', 1e-5);
