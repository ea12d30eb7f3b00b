import { parts } from '../course.ts';
import { escapeHtml } from '../html/text.ts';
import { addresses, type Frame } from '../layout.ts';
import type { LabCard } from './home.ts';

const COLUMN = 150;
const ROW = 64;
const RADIUS = 19;

/** The labs as a picture: a column a part, a line from each lab to those that build on it. Each is a link. */
export function courseMap({ t, language }: Frame, labs: readonly LabCard[]): string {
  const to = addresses(language, 'index.html');
  const columns = parts
    .map(({ key, from, to: last }) => ({
      key,
      labs: labs.filter(({ number }) => Number(number) >= from && Number(number) <= last),
    }))
    .filter((column) => column.labs.length > 0);
  const most = Math.max(1, ...columns.map((column) => column.labs.length));
  const width = columns.length * COLUMN;
  const height = most * ROW + 56;
  const place = new Map<string, { x: number; y: number }>();
  columns.forEach((column, i) => {
    column.labs.forEach((lab, k) => {
      const y = 48 + ((most - column.labs.length) * ROW) / 2 + k * ROW + ROW / 2;
      place.set(lab.number, { x: i * COLUMN + COLUMN / 2, y });
    });
  });
  const lines = labs.flatMap((lab) => linesTo(lab, labs, place));
  const titles = columns.map(
    ({ key }, i) =>
      `<text class="map-part" x="${i * COLUMN + COLUMN / 2}" y="20" text-anchor="middle">${wrapped(t(key), i * COLUMN + COLUMN / 2)}</text>`,
  );
  const nodes = labs.map((lab) => {
    const { x, y } = place.get(lab.number)!;
    return `<a href="${to.page(lab.path)}" aria-label="${escapeHtml(`${t('lab')} ${lab.number}: ${lab.title}`)}"><title>${escapeHtml(lab.title)}</title><circle cx="${x}" cy="${y}" r="${RADIUS}"/><text x="${x}" y="${y + 5}" text-anchor="middle">${lab.number}</text></a>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${escapeHtml(t('map.alt'))}">${titles.join('')}<g class="map-lines">${lines.join('')}</g><g class="map-labs">${nodes.join('')}</g></svg>`;
}

/** Lines from what a lab needs, but not from what its other needs bring along: nearly every lab would have one from lab 00. */
function linesTo(
  lab: LabCard,
  labs: readonly LabCard[],
  place: ReadonlyMap<string, { x: number; y: number }>,
): string[] {
  const here = place.get(lab.number)!;
  const behind = (number: string): string[] => {
    const needs = labs.find((one) => one.number === number)?.needs ?? [];
    return [...needs, ...needs.filter((one) => one < number).flatMap(behind)];
  };
  const brought = new Set(lab.needs.filter((one) => one < lab.number).flatMap(behind));
  return lab.needs.flatMap((number) => {
    if (brought.has(number)) return [];
    const from = place.get(number);
    if (!from) return [];
    if (from.x === here.x) return [`<path d="M${from.x} ${from.y + RADIUS}V${here.y - RADIUS}"/>`];
    const [x1, x2] = [from.x + RADIUS, here.x - RADIUS];
    const middle = (x1 + x2) / 2;
    return [`<path d="M${x1} ${from.y}C${middle} ${from.y} ${middle} ${here.y} ${x2} ${here.y}"/>`];
  });
}

/** Two lines where a title is long. */
function wrapped(title: string, x: number): string {
  const words = title.split(' ');
  if (title.length < 18 || words.length < 2) return escapeHtml(title);
  const half = words.findIndex((_, i) => words.slice(0, i + 1).join(' ').length >= title.length / 2);
  const lines = [words.slice(0, half + 1).join(' '), words.slice(half + 1).join(' ')].filter(Boolean);
  return lines
    .map((line, i) => `<tspan x="${x}" dy="${i === 0 ? 0 : 16}">${escapeHtml(line)}</tspan>`)
    .join('');
}
