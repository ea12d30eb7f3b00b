import { it } from 'vitest';
import { librarySuite } from '../library-suite.ts';
import { opsSuite } from '../ops-suite.ts';
import { useSwiftShader } from './swiftshader.ts';

const why = useSwiftShader();
if (why === undefined) {
  opsSuite('webgpu', 1e-4);
  librarySuite('webgpu', 'js', 1e-4);
} else it.skip(`WebGPU did not run: ${why}`, () => {});
