import { escapeHtml } from '../html/text.ts';
import type { Frame } from '../layout.ts';
import type { TableRow } from './layer-rows.ts';

const WIDTH = 720;
const HEIGHT = 70;

/** Two rows of bars over the layers: the parameters of each, and its multiply-adds. */
export function costProfile({ t }: Frame, name: string, rows: readonly TableRow[]): string {
  const share = (pick: (row: TableRow) => number) => {
    const total = rows.reduce((sum, row) => sum + pick(row), 0);
    const most = rows.reduce((best, row) => (pick(row) > pick(best) ? row : best), rows[0]!);
    return { layer: most.path, percent: Math.round((100 * pick(most)) / Math.max(1, total)) };
  };
  const parameters = share((row) => row.parameters);
  const operations = share((row) => row.operations);
  const alt = t('architectures.profileAlt', {
    name,
    parameters: parameters.layer,
    parametersShare: parameters.percent,
    operations: operations.layer,
    operationsShare: operations.percent,
  });
  // The bars stretch with the page; the words, which would be stretched or shrunk with them, are outside of the inner picture.
  const step = WIDTH / rows.length;
  const bars = (pick: (row: TableRow) => number, top: number, kind: string, label: string) => {
    const highest = Math.max(1, ...rows.map(pick));
    const each = rows.map((row, i) => {
      const height = (HEIGHT * pick(row)) / highest;
      const bar = `<rect x="${(i * step + step * 0.12).toFixed(2)}" y="${(HEIGHT - height).toFixed(2)}" width="${(step * 0.76).toFixed(2)}" height="${height.toFixed(2)}"><title>${escapeHtml(row.path)}</title></rect>`;
      return height < 0.05 ? '' : bar;
    });
    return `<text x="0" y="${top - 6}">${escapeHtml(label)}</text><svg y="${top}" width="100%" height="${HEIGHT + 1}" viewBox="0 0 ${WIDTH} ${HEIGHT + 1}" preserveAspectRatio="none"><g class="bars ${kind}">${each.join('')}</g><path d="M0 ${HEIGHT}.5H${WIDTH}" class="axis"/></svg>`;
  };
  return `<svg class="profile" width="100%" height="206" role="img" aria-label="${escapeHtml(alt)}">${bars((row) => row.parameters, 22, 'parameters', t('col.parameters'))}${bars((row) => row.operations, 128, 'operations', t('col.operations'))}</svg>`;
}
