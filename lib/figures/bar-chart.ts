import { Figure, layoutOf } from './figure.ts';
import { colour } from './palette.ts';
import { axisRange } from './ranges.ts';
import { label, rounded } from './text.ts';
import type { BarTrace, ChartOptions, Numbers } from './types.ts';

export interface BarGroup {
  name: string;
  values: Numbers;
  /** Half the length of an error bar: a standard deviation, or half a confidence interval. Say which in the title. */
  errors?: Numbers;
  colour?: string;
}

export interface BarChartOptions extends ChartOptions {
  categories: readonly string[];
  groups: readonly BarGroup[];
  /** The value above each bar; default where there are at most 24 bars. */
  showValues?: boolean;
}

/**
 * Bars for named things, side by side where there are several groups.
 *
 * @example
 * import { barChart } from 'convbook';
 * barChart({
 *   title: 'Test accuracy', xTitle: 'method', yTitle: 'accuracy', alt: 'The CNN is best with 0.99.',
 *   categories: ['linear', 'CNN'], groups: [{ name: 'accuracy', values: [0.92, 0.99] }],
 * });
 */
export function barChart(options: BarChartOptions): Figure {
  const layout = layoutOf({ ...options, legend: options.legend ?? options.groups.length > 1 });
  const categories = [...options.categories];
  if (new Set(categories).size !== categories.length) {
    throw new TypeError(`Two bars have the same name among ${categories.join(', ')}; each needs its own.`);
  }
  const showValues = options.showValues ?? categories.length * options.groups.length <= 24;
  const traces = options.groups.map((group, i): BarTrace => {
    if (group.values.length !== categories.length) {
      throw new TypeError(
        `"${group.name}" has ${group.values.length} values for ${categories.length} categories.`,
      );
    }
    const values = Array.from(group.values, (v) => (options.yLog && !(v > 0) ? null : rounded(v)));
    return {
      type: 'bar',
      name: group.name,
      x: categories,
      y: values,
      marker: { color: group.colour ?? colour(i) },
      ...(showValues
        ? { text: values.map((v) => (v === null ? '' : label(v))), textposition: 'outside' as const }
        : {}),
      ...(group.errors
        ? {
            error_y: {
              type: 'data' as const,
              array: Array.from(group.errors, (e) => rounded(e) ?? 0),
              visible: true,
            },
          }
        : {}),
    };
  });
  const reach = traces.flatMap((t) =>
    t.y.flatMap((v, k) => (v === null ? [] : [v, v + (t.error_y?.array[k] ?? 0)])),
  );
  layout.xaxis = { ...layout.xaxis, type: 'category', categories, showgrid: false };
  layout.yaxis.range = axisRange(reach, {
    given: options.yRange,
    log: options.yLog,
    zero: !options.yLog,
    room: 0.1,
  });
  layout.barmode = 'group';
  return new Figure(traces, layout);
}
