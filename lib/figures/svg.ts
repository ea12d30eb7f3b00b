import { drawTraces, marker } from './marks.ts';
import { makeScale, type Scale } from './scale.ts';
import { at, escapeXml, shortHash, textWidth } from './text.ts';
import type { Layout, LineTrace, Trace } from './types.ts';

export const FONT = 'Helvetica, Arial, DejaVu Sans, sans-serif';
const TICK = 12;
const TITLE = 16;
const AXIS = 13;

/** Draws a figure of this folder's kinds, without plotly: for the rendered site, for printing, for readers without scripts. */
export function renderSvg(traces: readonly Trace[], layout: Layout): string {
  const { width, height } = layout;
  const legend = layout.showlegend ? legendOf(traces) : [];
  const below = layout.legend?.orientation === 'h' ? rowsOf(legend, width) : [];
  const legendWidth =
    legend.length > 0 && below.length === 0
      ? Math.min(width * 0.35, 44 + Math.max(...legend.map((l) => textWidth(l.name, TICK))))
      : 0;
  const bar = traces.find((trace) => trace.type === 'heatmap' && trace.showscale);
  const top = layout.title.text ? 40 : 14;
  const foot = height - 20 * below.length;
  const bottom = foot - 52 - turnedHeight(layout, width - legendWidth - (bar ? 74 : 0));
  // The vertical axis first: the room for its labels depends on them.
  const y = makeScale(
    layout.yaxis,
    layout.yaxis.type === 'category' ? top : bottom,
    layout.yaxis.type === 'category' ? bottom : top,
    Math.max(4, Math.floor((bottom - top) / 36)),
  );
  const left = 34 + Math.max(14, ...y.ticks.map((tick) => Math.min(width * 0.3, textWidth(tick.text, TICK))));
  const right = width - 16 - legendWidth - (bar ? 74 : 0);
  const x = makeScale(layout.xaxis, left, right, Math.max(4, Math.floor((right - left) / 75)));
  const clip = `clip-${shortHash(JSON.stringify({ ...layout, images: undefined }))}`;
  const area = `x="${at(left)}" y="${at(top)}" width="${at(right - left)}" height="${at(bottom - top)}"`;
  const images = (layout.images ?? []).map((image) => {
    const [x0, x1] = [x.position(image.x), x.position(image.x + image.sizex)];
    const [y0, y1] = [y.position(image.y), y.position(image.y - image.sizey)];
    return `<image x="${at(Math.min(x0, x1))}" y="${at(Math.min(y0, y1))}" width="${at(Math.abs(x1 - x0))}" height="${at(Math.abs(y1 - y0))}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${image.source}"/>`;
  });
  return [
    open(width, height, layout.meta.alt),
    layout.title.text
      ? text(
          width / 2,
          25,
          layout.title.text,
          `text-anchor="middle" font-size="${fit(layout.title.text, TITLE, width - 20)}" font-weight="bold"`,
        )
      : '',
    `<clipPath id="${clip}"><rect ${area}/></clipPath>`,
    images.length > 0
      ? `<g clip-path="url(#${clip})">${images.join('')}</g>`
      : grid(layout, x, y, left, right, top, bottom),
    `<g clip-path="url(#${clip})">${drawTraces(traces, x, y, layout.barmode)}</g>`,
    `<rect ${area} fill="none" stroke="#888"/>`,
    ticks(x, y, left, right, bottom),
    text((left + right) / 2, foot - 10, layout.xaxis.title.text, `text-anchor="middle" font-size="${AXIS}"`),
    text(
      15,
      (top + bottom) / 2,
      layout.yaxis.title.text,
      `text-anchor="middle" font-size="${AXIS}" transform="rotate(-90 15 ${at((top + bottom) / 2)})"`,
    ),
    below.length > 0 ? drawRows(below, width, foot) : drawLegend(legend, right + (bar ? 90 : 14), top, width),
    bar?.type === 'heatmap' ? colourBar(bar, right + 12, top, bottom) : '',
    '</svg>',
  ].join('');
}

/** The room below the axis that names take which don't fit beside each other and are turned. */
function turnedHeight(layout: Layout, room: number): number {
  const names = layout.xaxis.type === 'category' ? (layout.xaxis.categories ?? []) : [];
  const widest = Math.max(0, ...names.map((name) => textWidth(name, TICK)));
  return isTurned(widest, (room - 80) / Math.max(1, names.length)) ? Math.min(90, widest * 0.5) : 0;
}

const isTurned = (widest: number, room: number) => widest > room - 4;

export function open(width: number, height: number, alt: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeXml(alt)}" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="${FONT}" fill="#222" style="max-width:100%;height:auto">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>`
  );
}

export function text(x: number, y: number, content: string, attributes = ''): string {
  return content ? `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escapeXml(content)}</text>` : '';
}

/** The font size at which a text fits into a width. */
function fit(content: string, size: number, width: number): number {
  return Math.max(9, Math.min(size, Math.floor((size * width) / textWidth(content, size))));
}

function grid(
  layout: Layout,
  x: Scale,
  y: Scale,
  left: number,
  right: number,
  top: number,
  bottom: number,
): string {
  const vertical =
    layout.xaxis.showgrid === false
      ? ''
      : x.ticks.map((tick) => `M${at(tick.at)} ${at(top)}V${at(bottom)}`).join('');
  const horizontal =
    layout.yaxis.showgrid === false
      ? ''
      : y.ticks.map((tick) => `M${at(left)} ${at(tick.at)}H${at(right)}`).join('');
  return vertical || horizontal ? `<path d="${vertical}${horizontal}" stroke="#e3e3e3" fill="none"/>` : '';
}

function ticks(x: Scale, y: Scale, left: number, right: number, bottom: number): string {
  const widest = Math.max(...x.ticks.map((tick) => textWidth(tick.text, TICK)), 0);
  const room = (right - left) / Math.max(1, x.ticks.length);
  // Names that don't fit beside each other are turned; numbers too many are thinned.
  const turned = x.band > 0 && isTurned(widest, room);
  const every = !turned && widest > room - 6 ? Math.ceil((widest + 6) / room) : 1;
  const below = x.ticks.map((tick, i) =>
    i % every !== 0
      ? ''
      : turned
        ? text(
            tick.at,
            bottom + 12,
            tick.text,
            `text-anchor="end" font-size="11" transform="rotate(-30 ${at(tick.at)} ${at(bottom + 12)})"`,
          )
        : text(tick.at, bottom + 17, tick.text, `text-anchor="middle" font-size="${TICK}"`),
  );
  const beside = y.ticks.map((tick) =>
    text(left - 6, tick.at + 4, tick.text, `text-anchor="end" font-size="${TICK}"`),
  );
  return below.join('') + beside.join('');
}

interface LegendEntry {
  name: string;
  draw(x: number, y: number): string;
}

function legendOf(traces: readonly Trace[]): LegendEntry[] {
  return traces
    .filter(
      (trace): trace is Exclude<Trace, { type: 'heatmap' }> =>
        trace.type !== 'heatmap' && trace.showlegend !== false,
    )
    .filter((trace) => trace.name)
    .map((trace) => ({
      name: trace.name!,
      draw: (x, y) =>
        trace.type === 'bar'
          ? `<rect x="${at(x + 4)}" y="${at(y - 6)}" width="14" height="12" fill="${typeof trace.marker.color === 'string' ? trace.marker.color : trace.marker.color[0]}"/>`
          : sample(trace, x, y),
    }));
}

function sample(trace: LineTrace, x: number, y: number): string {
  const dashes: Record<string, string> = { dash: '8 4', dot: '2 3', dashdot: '8 3 2 3', longdash: '14 5' };
  const pattern = trace.line && dashes[trace.line.dash];
  const stroke =
    trace.mode.startsWith('lines') && trace.line
      ? `<path d="M${at(x)} ${at(y)}h24" stroke="${trace.line.color}" stroke-width="2"${pattern ? ` stroke-dasharray="${pattern}"` : ''}/>`
      : '';
  const point =
    trace.mode !== 'lines' && trace.marker
      ? `<g fill="${trace.marker.color}">${marker(trace.marker.symbol, x + 12, y, 4.5)}</g>`
      : '';
  return stroke + point;
}

function drawLegend(entries: readonly LegendEntry[], x: number, top: number, width: number): string {
  return entries
    .map((entry, i) => {
      const y = top + 12 + i * 20;
      const room = Math.max(3, Math.floor((width - x - 32) / (TICK * 0.54)));
      const name = entry.name.length > room + 1 ? `${entry.name.slice(0, room - 1)}…` : entry.name;
      return entry.draw(x, y) + text(x + 30, y + 4, name, `font-size="${TICK}"`);
    })
    .join('');
}

/** The entries of a legend below the figure, in rows that fit. */
function rowsOf(entries: readonly LegendEntry[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const needed = entryWidth(entry);
    if (used + needed > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(entry);
    used += needed;
  }
  return rows;
}

const entryWidth = ({ name }: LegendEntry) => 46 + textWidth(name, TICK);

function drawRows(rows: readonly LegendEntry[][], width: number, top: number): string {
  return rows
    .map((row, i) => {
      let x = Math.max(0, (width - row.reduce((sum, entry) => sum + entryWidth(entry), 0)) / 2 + 8);
      return row
        .map((entry) => {
          const drawn = drawLegend([entry], x, top - 6 + 20 * i, width);
          x += entryWidth(entry);
          return drawn;
        })
        .join('');
    })
    .join('');
}

function colourBar(
  trace: Extract<Trace, { type: 'heatmap' }>,
  x: number,
  top: number,
  bottom: number,
): string {
  const id = `bar-${shortHash(JSON.stringify([trace.colorscale, trace.zmin, trace.zmax]))}`;
  const stops = trace.colorscale.map(
    ([offset, colour]) => `<stop offset="${at(offset * 100)}%" stop-color="${colour}"/>`,
  );
  const scale = makeScale({ title: { text: '' }, range: [trace.zmin, trace.zmax] }, bottom, top, 5);
  const labels = scale.ticks.map((tick) => text(x + 18, tick.at + 4, tick.text, `font-size="11"`));
  const title = trace.colorbar?.title.text ?? '';
  return (
    `<linearGradient id="${id}" x1="0" y1="1" x2="0" y2="0">${stops.join('')}</linearGradient>` +
    `<rect x="${at(x)}" y="${at(top)}" width="13" height="${at(bottom - top)}" fill="url(#${id})" stroke="#888"/>${labels.join('')}` +
    text(
      x + 62,
      (top + bottom) / 2,
      title,
      `font-size="12" text-anchor="middle" transform="rotate(-90 ${at(x + 62)} ${at((top + bottom) / 2)})"`,
    )
  );
}
