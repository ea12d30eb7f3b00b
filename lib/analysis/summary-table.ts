// How a summary looks: as text and as an HTML table.
import { escapeXml } from '../figures/text.ts';
import { showShape, sizeOf } from '../layers/shape.ts';
import type { Summary } from './summary.ts';

const whole = new Intl.NumberFormat('en-US');

/** 15.2M, 861K, 12: three figures. */
export function short(n: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const) {
    if (n >= size) return `${Number((n / size).toPrecision(3))}${unit}`;
  }
  return `${Number(n.toPrecision(3))}`;
}

/** 61 MB, 2.3 KB: decimal units. */
export const bytes = (n: number): string => (n < 1e3 ? `${n} B` : `${short(n).replace(/([KMG])$/, ' $1B')}`);

const heads = ['layer', 'kind', 'output', 'parameters', 'multiply-adds', 'values', 'sees'] as const;

function cells(summary: Summary): string[][] {
  const pixels = ([h, w]: readonly [number, number]) => (h === w ? `${trim(h)}` : `${trim(h)}x${trim(w)}`);
  return [
    ['input', '', showShape(summary.inputShape), '', '', short(sizeOf(summary.inputShape)), '1'],
    ...summary.rows.map((r) => [
      r.path,
      r.description.includes('\n') ? r.kind : r.description,
      showShape(r.outputShape),
      r.parameters ? whole.format(r.parameters) : '',
      r.multiplyAdds ? short(r.multiplyAdds) : '',
      r.activations ? short(r.activations) : '',
      pixels(r.receptiveField),
    ]),
  ];
}

const trim = (n: number) => Number(n.toFixed(1));

/** The lines below the table. */
function totals({ totals: t }: Summary): [string, string][] {
  return [
    [
      'parameters',
      `${whole.format(t.parameters)} (without biases ${whole.format(t.parametersWithoutBiases)})`,
    ],
    ...(t.fixed ? [['not trained', whole.format(t.fixed)] as [string, string]] : []),
    ['multiply-adds', `${whole.format(t.multiplyAdds)} (${short(t.multiplyAdds)})`],
    [
      'activations',
      `${whole.format(t.activations)} values, ${bytes(t.forwardBytes)} forward, ${bytes(t.trainingBytes)} with gradients`,
    ],
    ['weights', bytes(t.weightBytes)],
  ];
}

export function summaryText(summary: Summary): string {
  const lines = [[...heads], ...cells(summary)];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const draw = (line: string[]) =>
    line
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [
    `${summary.model} on ${showShape(summary.inputShape)}, one example`,
    draw(lines[0]!),
    ...lines.slice(1).map(draw),
    ...totals(summary).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
}

export function summaryHtml(summary: Summary): string {
  const align = (i: number) => ` style="text-align:${i < 3 ? 'left' : 'right'}"`;
  const row = (tag: string, line: readonly string[], scope = '') =>
    `<tr>${line.map((cell, i) => `<${tag}${scope}${align(i)}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  const foot = totals(summary).map(
    ([name, value]) =>
      `<tr><th scope="row" style="text-align:left">${escapeXml(name)}</th><td colspan="6" style="text-align:left">${escapeXml(value)}</td></tr>`,
  );
  return [
    '<table>',
    `<caption>${escapeXml(summary.model)} on ${showShape(summary.inputShape)}, one example</caption>`,
    `<thead>${row('th', heads, ' scope="col"')}</thead>`,
    `<tbody>${cells(summary)
      .map((line) => row('td', line))
      .join('')}</tbody>`,
    `<tfoot>${foot.join('')}</tfoot>`,
    '</table>',
  ].join('\n');
}
