import type { MimeBundle } from '../interpreter/types.ts';

/** What a front end needs to show a value. */
export interface Rendered {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** Deno's contract: a value with this method describes itself; it returns a MIME bundle, or a promise of one. */
export const DISPLAY: unique symbol = Symbol.for('Jupyter.display') as never;

/** Our addition: metadata (alt text, size in pixels) that belong to the bundle, by MIME type. */
export const METADATA: unique symbol = Symbol.for('convbook.metadata') as never;

/**
 * How a value shows itself in an output that will be replaced, where that differs: JupyterLab's plotly renderer never draws
 * a second figure in the place of the first. A method that returns a bundle.
 */
export const STILL: unique symbol = Symbol.for('convbook.still') as never;

/** A value that shows itself as the given bundle: what `html()`, `image()` and the others return. */
export class Display {
  private readonly data: MimeBundle;
  readonly [METADATA]: Record<string, unknown>;

  constructor(data: MimeBundle, metadata: Record<string, unknown> = {}) {
    this.data = data;
    this[METADATA] = metadata;
  }

  [DISPLAY](): MimeBundle {
    return this.data;
  }

  /** The text that stands for the value where nothing else can be shown. */
  toString(): string {
    return String(this.data['text/plain'] ?? '');
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for HTML and SVG, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A number in at most `digits` significant digits, with no exponent where it reads well without. */
export function shortNumber(value: number, digits = 4): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e9
    ? String(Number(value.toPrecision(digits)))
    : value.toExponential(digits - 1);
}

/** `4.2 MB`, in powers of 1000. */
export function shortBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** An `<img>` with the drawing inside of its address: JupyterLab shows an SVG by itself without its alt text, and cuts it. */
export function svgHtml(svg: string, alt: string): string {
  const inside = svg
    .replace(/[%#<>"]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('&', '&amp;');
  return `<img alt="${escapeHtml(alt)}" style="max-width:100%;height:auto" src="data:image/svg+xml,${inside}"/>`;
}
