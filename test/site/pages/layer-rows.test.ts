import { describe, expect, it } from 'vitest';
import { summary } from '../../../lib/analysis/index.ts';
import { models } from '../../../lib/models/index.ts';
import { tableRows } from '../../../site/pages/layer-rows.ts';

describe('the rows of an architecture', () => {
  it('are its layers where they are few', () => {
    const costs = summary(models['vgg-16']());
    const { rows, grouped } = tableRows(costs.rows);
    expect(grouped).toBe(false);
    expect(rows).toHaveLength(costs.rows.length);
    expect(rows[0]).toMatchObject({
      path: costs.rows[0]!.path,
      output: '224 × 224 × 64',
      parameters: 1792,
      field: '3',
    });
  });

  it.each(['resnet-152', 'cifar-resnet-1202', 'inception-v4', 'googlenet'] as const)(
    'of %s are few enough to read, and their sums are the totals',
    (name) => {
      const costs = summary(models[name]());
      const { rows } = tableRows(costs.rows);
      expect(rows.length).toBeLessThanOrEqual(90);
      const sum = (pick: (row: (typeof rows)[number]) => number) =>
        rows.reduce((total, row) => total + pick(row), 0);
      expect(sum((row) => row.parameters)).toBe(costs.totals.parameters);
      expect(sum((row) => row.operations)).toBe(costs.totals.multiplyAdds);
    },
  );

  it('of a deep network tell how many equal blocks follow each other', () => {
    const { rows, grouped } = tableRows(summary(models['cifar-resnet-110']()).rows);
    expect(grouped).toBe(true);
    expect(Math.max(...rows.map(({ times }) => times))).toBe(18);
  });
});
