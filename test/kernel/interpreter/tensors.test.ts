import { expect, test } from 'vitest';
import { closeAfterAll, openSession } from './harness.ts';

closeAfterAll();
const { run } = openSession();

test('tensors that no variable reaches are freed after the cell, others stay whole', async (context) => {
  const first = await run("import { tf } from 'convbook'; const kept = tf.fill([1000], 7); tf.getBackend()");
  expect(first.error).toBeUndefined();
  if (!first.result?.includes('tensorflow')) return context.skip('another engine collects by itself');
  const counts = async () => {
    const { result } = await run(
      'const m = tf.memory(); [m.numTensors, m.numBytes, m.numDataBuffers].join(" ")',
    );
    return result!.replaceAll("'", '').split(' ').map(Number) as [number, number, number];
  };
  const before = await counts();
  await run(
    '{ for (let i = 0; i < 50; i++) tf.ones([1000, 500]).add(1) }; const view = kept.reshape([10, 100]); undefined',
  );
  for (let waited = 0; waited < 40; waited++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    if ((await counts())[0] <= before[0] + 1) break;
  }
  const after = await counts();
  expect(after[0]).toBe(before[0] + 1); // the view
  expect(after[2] - before[2]).toBeLessThanOrEqual(1); // a view may share its data or not
  expect(after[1]).toBe(before[1] + 4000);
  const sums = await run('[kept, view].map((t) => t.sum().dataSync()[0]).join(" ")');
  expect(sums.result).toContain('7000 7000');
});

test('memory() names the cell that made what lives', async (context) => {
  const first = await run("import { memory, tf } from 'convbook'; tf.getBackend()");
  if (!first.result?.includes('tensorflow')) return context.skip('another engine is not watched');
  await run('const large = tf.zeros([123, 1000])');
  const { result } = await run("memory().byCell.find(({ largest }) => largest === 'float32 [123, 1000]')");
  expect(result).toMatch(/cell: '\[\d+\]'.*memory: '\d+\.\d kB'/s);
  await run('large.dispose()');
  expect((await run("memory().byCell.some(({ largest }) => largest.includes('[123,'))")).result).toBe(
    'false',
  );
});
