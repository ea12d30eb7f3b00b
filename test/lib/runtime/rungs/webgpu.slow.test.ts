// On a machine without a GPU, too: SwiftShader is its driver here, even where there is a GPU, so that the test is the same
// everywhere.
import { describe, expect, it } from 'vitest';
import { startWebGpu } from '../../../../lib/runtime/rungs/webgpu.ts';
import { tf } from '../../../../lib/runtime/tf.ts';
import { librarySuite } from '../library-suite.ts';
import { opsSuite } from '../ops-suite.ts';
import { useSwiftShader } from './swiftshader.ts';

const why = useSwiftShader();
if (why !== undefined) it.skip(`WebGPU did not run: ${why}`, () => {});
else {
  opsSuite('webgpu', 1e-4);
  librarySuite('webgpu', 'js', 1e-4);

  describe('where WebGPU falls short', () => {
    it('refuses a read that blocks, and says what to write', async () => {
      const sum = tf.ones([2, 2]).sum();
      expect(() => sum.dataSync()).toThrow(/can't be read by dataSync\(\).*await tensor\.data\(\)/s);
      expect([...(await sum.data())]).toEqual([4]);
      expect(tf.tensor1d([1, 2]).dataSync()).toEqual(Float32Array.of(1, 2)); // it is still on the host
    });

    it('fails at the next read after an operation that the device refused, and goes on', async () => {
      const { device } = tf.backend() as unknown as { device: { createBuffer(options: object): void } };
      device.createBuffer({ size: 4, usage: 0xffff });
      await expect(tf.ones([2]).add(1).data()).rejects.toThrow(
        /WebGPU refused an operation.*CONVBOOK_ENGINE/s,
      );
      expect([...(await tf.ones([2]).add(1).data())]).toEqual([2, 2]);
    });

    it('pads tensors of many dimensions', async () => {
      const padded = tf.pad(tf.tensor5d([1, 2], [1, 1, 2, 1, 1]), [
        [1, 0],
        [0, 0],
        [0, 1],
        [0, 0],
        [0, 1],
      ]);
      expect(padded.shape).toEqual([2, 1, 3, 1, 2]);
      expect([...(await padded.data())]).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0]);
    });

    it('is not chosen where its driver computes on the CPU, unless it is asked for', async () => {
      const options = { forced: undefined, threads: undefined, gpuMemoryMb: undefined };
      const { started, tried } = await startWebGpu(options);
      expect(started).toBeUndefined();
      expect(tried[0]).toMatchObject({ engine: 'webgpu', ok: false });
      expect(`${tried[0]!.why}. ${tried[0]!.remedy}`).toMatch(
        /SwiftShader.*computes on the CPU, more slowly than WebAssembly\. CONVBOOK_ENGINE=webgpu takes it/,
      );
    });
  });
}
