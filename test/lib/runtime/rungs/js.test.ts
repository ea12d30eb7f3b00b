import { opsSuite } from '../ops-suite.ts';

opsSuite('js', 1e-5);
