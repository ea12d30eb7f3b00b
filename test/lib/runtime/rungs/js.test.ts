import { librarySuite } from '../library-suite.ts';
import { opsSuite } from '../ops-suite.ts';

opsSuite('js', 1e-5);
librarySuite('js', 'tensorflow', 1e-5);
