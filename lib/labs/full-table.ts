// How the figures of both scales look: as text and as an HTML table.
import { escapeXml } from '../figures/text.ts';
import type { FullResults } from './full-results.ts';

const heads = ['figure', 'quick', 'full'] as const;

const whole = new Intl.NumberFormat('en-US');

/** Whole numbers in full, others to four figures: what a lab's text quotes. */
function short(value: number | undefined): string {
  if (value === undefined) return '–';
  if (Number.isInteger(value)) return whole.format(value);
  return Math.abs(value) >= 1e4 ? whole.format(Math.round(value)) : String(Number(value.toPrecision(4)));
}

function lines(results: FullResults): string[][] {
  return results.rows.map(({ figure, quick, full }) => [figure, short(quick), short(full)]);
}

export function fullText(results: FullResults): string {
  const all = [[...heads], ...lines(results)];
  const widths = heads.map((_, i) => Math.max(...all.map((line) => line[i]!.length)));
  const draw = (line: string[]) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [...all.map(draw), results.note].join('\n');
}

export function fullHtml(results: FullResults): string {
  const align = (i: number) => ` style="text-align: ${i === 0 ? 'left' : 'right'}"`;
  const head = heads.map((name, i) => `<th scope="col"${align(i)}>${name}</th>`).join('');
  const body = lines(results).map(([figure, ...values]) => {
    const cells = values.map((text, i) => `<td${align(i + 1)}>${escapeXml(text)}</td>`);
    return `<tr><th scope="row"${align(0)}>${escapeXml(figure!)}</th>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table><p>${escapeXml(results.note)}</p>`;
}
