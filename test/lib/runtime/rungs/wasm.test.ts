import { librarySuite } from '../library-suite.ts';
import { opsSuite } from '../ops-suite.ts';

opsSuite('wasm', 1e-5);
librarySuite('wasm', 'js', 1e-5);
