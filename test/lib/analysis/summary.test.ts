import { describe, expect, it } from 'vitest';
import { type Summary, summary } from '../../../lib/analysis/summary.ts';
import {
  AvgPool2D,
  BatchNorm,
  Concat,
  Conv2D,
  Conv2DTranspose,
  Dense,
  Flatten,
  GlobalAvgPool,
  Identity,
  type Layer,
  MaxPool2D,
  Sequential,
  Upsample,
} from '../../../lib/layers/index.ts';
import { models } from '../../../lib/models/index.ts';
import { tf } from '../../../lib/runtime/tf.ts';

const net = () =>
  new Sequential({
    conv: new Conv2D({ filters: 8, kernelSize: 3, padding: 1, activation: 'relu' }),
    bn: new BatchNorm(),
    pool: new MaxPool2D(),
    flatten: new Flatten(),
    fc: new Dense({ units: 10 }),
  });

describe('summary', () => {
  it('counts parameters, multiply-adds and values without making any weights', () => {
    const before = tf.memory().numTensors;
    const { totals, rows } = summary(net(), [28, 28, 1]);
    expect(tf.memory().numTensors).toBe(before);
    expect(rows.map((r) => [r.path, r.parameters, r.fixed, r.multiplyAdds, r.activations])).toEqual([
      ['conv', 80, 0, 28 * 28 * 9 * 8, 6272],
      ['bn', 16, 16, 0, 6272],
      ['pool', 0, 0, 0, 1568],
      ['flatten', 0, 0, 0, 0],
      ['fc', 15_690, 0, 15_680, 10],
    ]);
    expect(totals).toEqual({
      parameters: 15_786,
      parametersWithoutBiases: 15_786 - 8 - 8 - 10,
      fixed: 16,
      multiplyAdds: 56_448 + 15_680,
      connections: 56_448 + 6272 + 15_690,
      units: 784 + 6272 + 10,
      activations: 784 + 6272 + 6272 + 1568 + 10,
      forwardBytes: 4 * 14_906,
      trainingBytes: 8 * 14_906,
      weightBytes: 4 * 15_802,
    });
  });

  it('is what build makes', () => {
    const model = models['googlenet-auxiliary']({
      width: 0.125,
      inputShape: [96, 96, 3],
      classes: 7,
    }).build();
    const { totals } = summary(model);
    const count = (trainable: boolean) =>
      model.variables.filter((v) => v.trainable === trainable).reduce((n, v) => n + v.variable.size, 0);
    expect([totals.parameters, totals.fixed]).toEqual([count(true), count(false)]);
    expect(
      summary(model)
        .rows.filter((r) => r.parameters)
        .map((r) => r.path),
    ).toEqual([...new Set(model.variables.map((v) => v.path.replace(/\.[^.]+$/, '')))]);
    model.dispose();
  });

  it("counts a shared layer's weights once and its work twice", () => {
    const shared = new Dense({ units: 4 });
    const { totals } = summary(new Sequential({ a: shared, b: shared }), [4]);
    expect(totals.parameters).toBe(20);
    expect(totals.multiplyAdds).toBe(32);
  });

  const field = (layer: Layer, shape: number[]) =>
    summary(new Sequential([layer]), shape).rows.at(-1)!.receptiveField;
  it('finds receptive fields', () => {
    const conv = (kernelSize: number, more = {}) =>
      new Conv2D({ filters: 1, kernelSize, padding: 'same', ...more });
    expect(field(new Sequential([conv(3), conv(3), conv(3)]), [32, 32, 1])).toEqual([7, 7]);
    expect(field(conv(7), [32, 32, 1])).toEqual([7, 7]);
    expect(field(conv(3, { dilation: 2 }), [32, 32, 1])).toEqual([5, 5]);
    expect(field(new Sequential([conv(3, { stride: 2 }), conv(3)]), [32, 32, 1])).toEqual([7, 7]);
    expect(field(new Sequential([new AvgPool2D({ size: 2 }), conv(5)]), [32, 32, 1])).toEqual([10, 10]);
    expect(field(new Concat([new Identity(), conv(5)]), [32, 32, 1])).toEqual([5, 5]);
    expect(field(new GlobalAvgPool(), [6, 9, 1])).toEqual([6, 9]);
    expect(field(new Sequential([new MaxPool2D(), new Upsample(), conv(3)]), [8, 8, 1])).toEqual([4, 4]);
    expect(
      field(
        new Sequential([new MaxPool2D(), new Conv2DTranspose({ filters: 1, kernelSize: 2, stride: 2 })]),
        [8, 8, 1],
      ),
    ).toEqual([2, 2]);
  });

  it('shows as text, as an HTML table and as JSON', () => {
    const costs = summary(net(), [28, 28, 1]);
    const text = String(costs);
    expect(text).toMatch(/^Sequential on \[28, 28, 1\], one example\nlayer +kind +output/);
    expect(text).toMatch(/conv +Conv2D\(8, 3x3, pad 1, relu\) +\[28, 28, 8\] +80 +56\.4K +6\.27K +3\n/);
    expect(text).toMatch(/parameters: 15,786 \(without biases 15,760\)/);
    const bundle = (costs as Summary & Record<symbol, () => Record<string, string>>)[
      Symbol.for('Jupyter.display')
    ]!();
    expect(Object.keys(bundle)).toEqual(['text/plain', 'text/html']);
    expect(bundle['text/html']).toMatch(/^<table>\n<caption>Sequential.*<th scope="col"/s);
    const json = JSON.parse(JSON.stringify(costs));
    expect(json.totals.parameters).toBe(15_786);
    expect(json.rows[0]).toMatchObject({ path: 'conv', outputShape: [28, 28, 8], receptiveField: [3, 3] });
  });

  it('finds a row by path, and says which there are', () => {
    const costs = summary(net(), [28, 28, 1]);
    expect(costs.row('fc').parameters).toBe(15_690);
    expect(() => costs.row('fc2')).toThrow(/No layer "fc2".*conv, bn, pool, flatten, fc/);
  });

  it('asks for a shape that fits', () => {
    expect(() => summary(net())).toThrow(/no input shape of its own/);
    expect(() => summary(net(), [28, 28])).toThrow(/^conv: .*A grey image has one channel/);
    expect(() => summary(net(), [28, 28.5, 1])).toThrow(/whole numbers above 0/);
  });
});
