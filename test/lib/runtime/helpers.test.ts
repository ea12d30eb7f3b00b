import { beforeAll, describe, expect, it } from 'vitest';
import { Adam, LossScaler, SGD } from '../../../lib/optimizers/index.ts';
import {
  compile,
  devices,
  findBatchSize,
  StepTimer,
  startEngine,
  tf,
  usage,
} from '../../../lib/runtime/index.ts';
import type { Scalar, Tensor, Tensor2D } from '../../../lib/runtime/tf.ts';

beforeAll(async () => {
  await startEngine({ engine: 'tensorflow' });
});

describe('precision', () => {
  const x = () => tf.randomNormal([64, 32], 0, 1, 'float32', 1) as Tensor2D;

  it.each([
    ['bfloat16', 2 ** -8],
    ['float16', 2 ** -11],
  ] as const)('multiplies in %s and gives float32', (precision, rounding) => {
    const w = tf.variable(tf.randomNormal([32, 16], 0, 1, 'float32', 2));
    const f = (a: Tensor) => tf.matMul(a as Tensor2D, w as unknown as Tensor2D);
    const [half, full] = [compile(f, { precision, warmUp: false })(x()), f(x())];
    expect(half.dtype).toBe('float32');
    const error = tf.max(tf.abs(tf.sub(half, full))).dataSync()[0]!;
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(rounding * 32);
  });

  it('trains with float32 master weights', () => {
    const w = tf.variable(tf.zeros([32, 1]));
    const truth = tf.randomNormal([32, 1], 0, 1, 'float32', 3) as Tensor2D;
    const adam = new Adam({ learningRate: 0.05 });
    const y = tf.matMul(x(), truth);
    const step = compile(
      (a: Tensor) =>
        adam.minimize(
          () =>
            tf
              .matMul(a as Tensor2D, w as unknown as Tensor2D)
              .sub(y)
              .square()
              .mean() as Scalar,
          [w],
        ),
      { precision: 'bfloat16', warmUp: false },
    );
    const losses = Array.from({ length: 150 }, () => step(x()).dataSync()[0]!);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.01);
    expect(w.dtype).toBe('float32');
  });

  it('refuses a precision that there is not', () => {
    expect(() => compile((a: Tensor) => a, { precision: 'float8' as never })).toThrow(
      /no precision "float8"/,
    );
  });
});

describe('LossScaler', () => {
  it('skips a step that overflows and halves the factor; grows it after good ones', () => {
    const w = tf.variable(tf.scalar(1));
    const scaler = new LossScaler({ scale: 1024, growthInterval: 3 });
    const sgd = new SGD({ learningRate: 0.1 });
    const step = compile((factor: Tensor) => scaler.minimize(sgd, () => w.mul(factor) as Scalar, [w]), {
      warmUp: false,
    });
    expect(step(tf.scalar(2)).dataSync()[0]).toBe(2);
    expect(w.dataSync()[0]).toBeCloseTo(0.8, 6);
    expect(step(tf.scalar(1e36)).dataSync()[0]).toBe(Number.POSITIVE_INFINITY);
    expect([w.dataSync()[0]!.toFixed(4), scaler.scale.dataSync()[0]]).toEqual(['0.8000', 512]);
    for (let i = 0; i < 3; i++) step(tf.scalar(1)).dispose();
    expect([w.dataSync()[0]!.toFixed(4), scaler.scale.dataSync()[0]]).toEqual(['0.5000', 1024]);
    expect(sgd.iterations.dataSync()[0]).toBe(4);
    expect(step.traces).toBe(1);
  });
});

describe('findBatchSize', () => {
  it('takes the largest that fits and puts the weights back', async () => {
    const w = tf.variable(tf.scalar(1));
    const sgd = new SGD({ learningRate: 1 });
    const tried: number[] = [];
    const found = await findBatchSize((size) => {
      tried.push(size);
      sgd.minimize(() => w.mul(1) as Scalar, [w]).dispose();
      if (size > 40)
        throw new Error("TensorFlow's Conv2D failed: OOM when allocating tensor with shape[64,64].");
    });
    expect(found).toEqual({ batchSize: 32, reason: 'A batch of 64 ran out of memory.' });
    expect(tried).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(w.dataSync()[0]).toBe(1);
  });

  it('stops at the maximum and at a limit of memory', async () => {
    expect(await findBatchSize(() => 0, { start: 3, max: 20 })).toMatchObject({ batchSize: 12 });
    const limited = await findBatchSize(() => 0, { memoryLimitMb: 10 });
    expect(limited).toMatchObject({ batchSize: 1, reason: expect.stringContaining('limit of 10 MiB') });
  });

  it('says so where nothing fits, and passes other errors on', async () => {
    const fail = (message: string) =>
      findBatchSize(() => {
        throw new Error(message);
      });
    await expect(fail('ResourceExhausted: failed to allocate')).rejects.toThrow(/Not even a batch of 1 fits/);
    await expect(fail('shapes differ')).rejects.toThrow(/^shapes differ$/);
    await expect(findBatchSize(() => 0, { start: 0 })).rejects.toThrow(/start is 0/);
  });
});

describe('StepTimer', () => {
  it('tells data, compute and idle time apart', async () => {
    let clock = 0;
    const timer = new StepTimer(() => clock);
    for (let i = 0; i < 2; i++) {
      await timer.data(async () => {
        await null;
        clock += 10;
      });
      clock += 5;
      timer.compute(() => {
        clock += 35;
      });
    }
    expect(timer.times).toEqual({ steps: 2, data: 20, compute: 70, idle: 10, utilisation: 0.7 });
    expect(String(timer)).toBe('2 steps, 50.0 ms each: data 20 %, compute 70 %, idle 10 %');
    expect(() =>
      timer.compute(() => {
        clock += 1;
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(timer.times.compute).toBe(71);
    timer.reset();
    expect(timer.times).toEqual({ steps: 0, data: 0, compute: 0, idle: 0, utilisation: 0 });
  });
});

describe('devices', () => {
  it('lists the CPU with the memory of the machine', () => {
    const cpu = devices().find(({ type }) => type === 'CPU')!;
    expect(cpu.name).toMatch(/CPU:0$/);
    expect(cpu.memoryBytes).toBeGreaterThan(2 ** 29);
    const { residentBytes, cores, tensors } = usage();
    expect(residentBytes).toBeGreaterThan(2 ** 26);
    expect(cores).toBeGreaterThan(0);
    expect(tensors).toBeGreaterThan(0);
  });
});
