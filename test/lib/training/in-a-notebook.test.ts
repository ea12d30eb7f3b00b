import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KernelProcess, startKernel } from '../../kernel/process.ts';

let kernel: KernelProcess;
beforeAll(async () => {
  kernel = await startKernel();
});
afterAll(() => kernel.stop());

const run = async (code: string) => {
  const { reply, outputs } = await kernel.client.execute(code);
  expect(reply.content['status'], JSON.stringify(reply.content)).toBe('ok');
  return outputs.map(({ content }) => (content['data'] as Record<string, string>)?.['text/plain']).join('');
};

it('a training that is interrupted stops, keeps its weights, and can go on', async () => {
  await run(`
    import { Dense, fit, Sequential, tf } from 'convbook';
    const model = new Sequential([new Dense({ units: 256 }), new Dense({ units: 2 })]);
    const data = { xs: tf.randomNormal([4096, 256], 0, 1, 'float32', 1), ys: tf.zeros([4096], 'int32') };
    let steps = 0;
    const train = (epochs: number) =>
      fit(model, data, { epochs, batchSize: 64, callbacks: { onBatchEnd: () => void steps++ } });
  `);
  const { client } = kernel;
  const id = await client.send('shell', 'execute_request', client.executeContent('await train(1000)'));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await client.request('interrupt_request', {}, 'control');
  const { content } = await client.reply(id);
  expect([content['status'], content['ename']]).toEqual(['error', 'Interrupted']);
  const before = Number(await run('steps'));
  expect(before).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(Number(await run('steps'))).toBeLessThanOrEqual(before);
  expect(await run('(await train(1)).epochs.length')).toBe('1');
});

it('an error of a training points at the cell, however deep in the library it came up', async () => {
  const failing = async (code: string) => {
    const { reply, outputs } = await kernel.client.execute(code);
    expect(reply.content['status']).toBe('error');
    const error = outputs.find(({ header }) => header.msg_type === 'error')!;
    return (error.content['traceback'] as string[]).join('\n');
  };
  await run(`
    import { Dense as Layer, evaluate, fit as train2, Sequential as Model, tf as t } from 'convbook';
    const small = new Model([new Layer({ units: 2 })]).build([4], 1);
  `);
  const wide = '{ xs: t.ones([4, 5]), ys: [0, 1, 0, 1] }';
  for (const call of [`train2(small, ${wide})`, `evaluate(small, ${wide})`]) {
    const traceback = await failing(`1;\nawait ${call};`);
    expect(traceback).toMatch(/built for inputs of shape \[4\] and now got \[5\]/);
    expect(traceback).toMatch(/Cell \[.*line 2/);
    expect(traceback).not.toMatch(/node_modules|lib\/training/);
  }
  expect(await failing('await train2(small, { xs: t.fill([4, 4], NaN), ys: [0, 1, 0, 1] })')).toMatch(
    /Cell \[/,
  );
});
