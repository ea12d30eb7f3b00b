/**
 * Colours that people with the common kinds of colour blindness tell apart (Okabe and Ito, "Color Universal Design", 2008).
 * Its yellow is left out: it vanishes on white.
 */
export const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

/** Lines and points differ by form too, so that a print in grey can be read. Plotly's names. */
export const DASHES = ['solid', 'dash', 'dot', 'dashdot', 'longdash', 'solid', 'dash'] as const;
export const SYMBOLS = ['circle', 'square', 'diamond', 'triangle-up', 'x', 'cross', 'star'] as const;

export const colour = (index: number): string => PALETTE[index % PALETTE.length]!;
export const dash = (index: number): string => DASHES[index % DASHES.length]!;
export const symbol = (index: number): string => SYMBOLS[index % SYMBOLS.length]!;

export type Rgb = readonly [number, number, number];

/** How a number becomes a colour: `grey` black to white, `ink` white to black, `blues`, `viridis`, `diverging` around zero. */
export type ColourMapName = 'grey' | 'ink' | 'blues' | 'viridis' | 'diverging';

const STOPS: Record<ColourMapName, readonly string[]> = {
  grey: ['#000000', '#ffffff'],
  ink: ['#ffffff', '#000000'],
  blues: ['#f7fbff', '#c6dbef', '#6baed6', '#2171b5', '#08306b'],
  viridis: [
    '#440154',
    '#472d7b',
    '#3b528b',
    '#2c728e',
    '#21918c',
    '#28ae80',
    '#5ec962',
    '#addc30',
    '#fde725',
  ],
  diverging: ['#2166ac', '#92c5de', '#ffffff', '#f4a582', '#b2182b'],
};

/** The colour at `part` from 0 to 1 of a map; values beyond take the ends. */
export function mapColour(map: ColourMapName, part: number): Rgb {
  const stops = STOPS[map];
  const at = Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const [a, b] = [rgb(stops[low]!), rgb(stops[low + 1]!)];
  const t = at - low;
  return [0, 1, 2].map((c) => Math.round(a[c]! + (b[c]! - a[c]!) * t)) as unknown as Rgb;
}

/** The map in plotly's form. */
export function plotlyScale(map: ColourMapName): [number, string][] {
  const stops = STOPS[map];
  return stops.map((stop, i) => [i / (stops.length - 1), stop]);
}

export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export const css = ([r, g, b]: Rgb): string => `rgb(${r},${g},${b})`;

/** Black or white, whichever reads better on the colour (its luminance, ITU-R BT.709). */
export const textOn = ([r, g, b]: Rgb): string =>
  0.2126 * r + 0.7152 * g + 0.0722 * b > 140 ? '#000' : '#fff';
