import { Drawing, Figure, requireAlt } from './figure.ts';
import { open, text } from './svg.ts';
import { at } from './text.ts';

export interface PanelsOptions {
  alt: string;
  title?: string;
  columns?: number;
  /** About how wide the whole is, in pixels; default 900. */
  width?: number;
}

/**
 * Figures beside and below each other as one drawing.
 *
 * @example
 * import { lineChart, panels } from 'convbook';
 * const one = lineChart({ title: 'A', xTitle: 'x', yTitle: 'y', alt: 'A line', series: [{ name: 'a', y: [1, 2] }] });
 * panels([one, one], { alt: 'The same line twice' });
 */
export function panels(figures: readonly (Figure | Drawing)[], options: PanelsOptions): Drawing {
  if (figures.length === 0) throw new TypeError('panels needs at least one figure, and got none.');
  const { title = '', width = 900 } = options;
  requireAlt(options.alt);
  const columns = Math.min(
    figures.length,
    options.columns ?? (figures.length === 4 ? 2 : Math.min(3, figures.length)),
  );
  const cell = width / columns;
  const drawn = figures.map((figure) =>
    sized((figure instanceof Figure ? fitted(figure, cell) : figure).toSvg()),
  );
  const top = title ? 36 : 0;
  let y = top;
  let body = '';
  for (let i = 0; i < drawn.length; i += columns) {
    const row = drawn.slice(i, i + columns);
    const height = Math.max(...row.map((svg) => (cell * svg.height) / svg.width));
    row.forEach((svg, k) => {
      body += svg.place(k * cell, y, cell, height);
    });
    y += height;
  }
  const heading = text(width / 2, 25, title, 'text-anchor="middle" font-size="17" font-weight="bold"');
  return new Drawing(`${open(width, Math.ceil(y), options.alt)}${heading}${body}</svg>`, options.alt);
}

/** A chart drawn anew for a narrow place, so that its letters keep their size; a drawing can only be made smaller as a whole. */
function fitted(figure: Figure, room: number): Figure {
  const { layout } = figure;
  const width = Math.max(300, Math.round(room));
  if (width >= layout.width) return figure;
  const legend = layout.showlegend && width < 460 ? { legend: { orientation: 'h' as const, y: -0.25 } } : {};
  const foot = 'legend' in legend ? 20 : 0;
  const height = Math.round(Math.max(260, (layout.height * width) / layout.width)) + foot;
  return new Figure(figure.data, { ...layout, ...legend, width, height });
}

/** The size of a drawing of this folder, and how it is put into another one. */
export function sized(svg: string): {
  width: number;
  height: number;
  place(x: number, y: number, w: number, h: number): string;
} {
  const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
  const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
  return {
    width,
    height,
    place: (x, y, w, h) =>
      svg.replace(
        /^<svg ([^>]*?) width="\d+" height="\d+"/,
        `<svg $1 x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}"`,
      ),
  };
}
