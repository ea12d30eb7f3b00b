import type { Figure } from './figure.ts';
import { heatmap } from './heatmap.ts';
import type { Numbers } from './types.ts';

export interface ConfusionChartOptions {
  /** Row = the true class, column = the predicted one; as `confusionMatrix` of lib/metrics gives it. */
  matrix: readonly Numbers[];
  classNames: readonly string[];
  title?: string;
  /** Default: the accuracy and the most frequent mistake. */
  alt?: string;
  width?: number;
  height?: number;
}

/**
 * A confusion matrix as a figure. Colours show the share of each true class, so that rare classes are seen; the cells
 * hold the counts.
 *
 * @example
 * import { confusionChart } from 'convbook';
 * confusionChart({ matrix: [[9, 1], [2, 8]], classNames: ['cat', 'dog'] });
 */
export function confusionChart(options: ConfusionChartOptions): Figure {
  const { matrix, classNames } = options;
  if (matrix.length !== classNames.length || matrix.some((row) => row.length !== classNames.length)) {
    throw new TypeError(
      `The confusion matrix is ${matrix.length} x ${matrix[0]?.length ?? 0}, and there are ${classNames.length} class names.`,
    );
  }
  const shares = matrix.map((row) => {
    const total = Array.from(row).reduce((a, b) => a + b, 0);
    return Array.from(row, (count) => (total > 0 ? count / total : 0));
  });
  const figure = heatmap({
    title: options.title ?? 'Confusion matrix',
    xTitle: 'predicted class',
    yTitle: 'true class',
    alt: options.alt ?? summary(matrix, classNames),
    values: shares,
    rowNames: classNames,
    columnNames: classNames,
    colours: 'blues',
    range: [0, 1],
    colourTitle: 'share of the true class',
    width: options.width ?? 600,
    height: options.height ?? 520,
  });
  const trace = figure.data[0]!;
  if (trace.type === 'heatmap') {
    trace.text = matrix.map((row) => Array.from(row, (count) => (count > 0 ? String(count) : '')));
    trace.texttemplate = '%{text}';
  }
  return figure;
}

function summary(matrix: readonly Numbers[], names: readonly string[]): string {
  let [right, total, worst, from, to] = [0, 0, 0, 0, 0];
  matrix.forEach((row, r) => {
    for (let c = 0; c < row.length; c++) {
      total += row[c]!;
      if (r === c) right += row[c]!;
      else if (row[c]! > worst) [worst, from, to] = [row[c]!, r, c];
    }
  });
  const mistake =
    worst > 0
      ? ` The most frequent mistake: ${names[from]} taken for ${names[to]}, ${worst} times.`
      : ' There is no mistake.';
  return `Confusion matrix of ${names.length} classes: ${right} of ${total} are right (${((100 * right) / (total || 1)).toFixed(1)} %).${mistake}`;
}
