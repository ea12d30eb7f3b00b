import { librarySuite } from '../library-suite.ts';
import { opsSuite } from '../ops-suite.ts';

opsSuite('tensorflow', 1e-5);
librarySuite('tensorflow', 'js', 1e-5);
