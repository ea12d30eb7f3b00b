import { pictureGrid, pictureLayout, type Values } from './pictures.ts';
import { enlarge, type Pixels, pngBase64, shrink } from './png.ts';
import { Display, escapeHtml, svgHtml } from './rendered.ts';
import { type Row, type TableOptions, tableHtml, tableText } from './table.ts';
import type { TensorLike } from './tensor.ts';

/**
 * HTML, with the text for places that show none (default: the HTML without its tags).
 *
 * @example
 * import { html } from 'convbook';
 * console.log(String(html('<b>bold</b> words'))); // bold words
 */
export function html(source: string, text = withoutTags(source)): Display {
  return new Display({ 'text/html': source, 'text/plain': text });
}

/**
 * Markdown; formulas between `$…$` are set as mathematics.
 *
 * @example
 * import { display, markdown } from 'convbook';
 * display(markdown('The loss is **0.1** with $\\lambda = 0.01$.'));
 */
export function markdown(source: string): Display {
  return new Display({ 'text/markdown': source, 'text/plain': source });
}

/**
 * A formula in LaTeX.
 *
 * @example
 * import { latex } from 'convbook';
 * latex(String.raw`\frac{\partial L}{\partial w} = x\,\delta`);
 */
export function latex(source: string): Display {
  const formula = /^\s*(\$|\\\[|\\begin)/.test(source) ? source : `$\\displaystyle ${source}$`;
  return new Display({ 'text/latex': formula, 'text/plain': source });
}

/**
 * A drawing in SVG. `alt` says what it shows to those who don't see it.
 *
 * @example
 * import { svg } from 'convbook';
 * svg('<svg width="20" height="20"><circle cx="10" cy="10" r="8"/></svg>', { alt: 'A dot' });
 */
export function svg(source: string, { alt }: { alt: string }): Display {
  if (typeof alt !== 'string' || alt.trim() === '') {
    throw new TypeError('A drawing needs a text for those who do not see it: pass { alt: "What it shows" }.');
  }
  const named = nameSvg(source, alt);
  return new Display(
    { 'text/html': svgHtml(named, alt), 'image/svg+xml': named, 'text/plain': `[drawing: ${alt}]` },
    { 'image/svg+xml': { alt } },
  );
}

/**
 * JSON that JupyterLab shows as a tree.
 *
 * @example
 * import { display, json } from 'convbook';
 * display(json({ layers: [{ kind: 'Dense', units: 10 }] }));
 */
export function json(value: unknown): Display {
  return new Display({ 'application/json': value, 'text/plain': JSON.stringify(value, undefined, 2) });
}

/**
 * Rows as a table with headers.
 *
 * @example
 * import { display, table } from 'convbook';
 * display(table([{ method: 'linear', accuracy: 0.92 }, { method: 'CNN', accuracy: 0.99 }], { caption: 'MNIST' }));
 */
export function table(rows: Iterable<object>, options: TableOptions = {}): Display {
  const all = [...rows] as Row[]; // any object: one of an interface has no index signature
  return new Display({ 'text/html': tableHtml(all, options), 'text/plain': tableText(all, options) });
}

export interface ImageOptions {
  /** What the picture shows, for those who don't see it. */
  alt: string;
  /** The shape of an array without one: `[28, 28, 1]`. */
  shape?: readonly number[];
  /** The values that become black and white. Default: [0, 1] or [0, 255] where the values fit, else their own range. */
  range?: readonly [number, number];
  /** About how wide the picture is drawn, in pixels. Small pictures are enlarged with square pixels. */
  width?: number;
  /** Pictures of a batch that are shown at most. */
  most?: number;
  columns?: number;
}

/**
 * A tensor or array as a picture: `[h, w]`, `[h, w, 1 | 3 | 4]`, or a batch of these as a grid.
 *
 * @throws where the shape reads as no picture, or there are fewer values than the shape says.
 * @example
 * import { image, tf } from 'convbook';
 * image(tf.zeros([8, 8, 3]), { alt: 'A black square' });
 */
export function image(source: TensorLike | Values, options: ImageOptions): Display {
  const { alt, width = 224, range, most, columns } = options;
  const tensor = 'dataSync' in source ? source : undefined;
  const shape = options.shape ?? tensor?.shape;
  if (!shape) {
    throw new TypeError(
      'An array has no shape of its own: pass { shape: [height, width, channels] } beside it.',
    );
  }
  const layout = pictureLayout(shape);
  if (!layout) {
    throw new TypeError(
      `The shape [${shape.join(', ')}] reads as no picture. Pictures have the shape [height, width], ` +
        '[height, width, 1, 3 or 4], or one of these with the number of pictures in front.',
    );
  }
  const values = (tensor ? tensor.dataSync() : source) as Values;
  const expected = shape.reduce((a, b) => a * b, 1);
  if (values.length !== expected) {
    throw new TypeError(
      `The shape [${shape.join(', ')}] takes ${expected} values, and ${values.length} came.`,
    );
  }
  return picture(pictureGrid(values, layout, { range, most, columns }), { alt, width });
}

/** Pixels as a picture. */
export function picture(
  pixels: Pixels,
  { alt, width = pixels.width }: { alt: string; width?: number },
): Display {
  if (typeof alt !== 'string' || alt.trim() === '') {
    throw new TypeError('A picture needs a text for those who do not see it: pass { alt: "What it shows" }.');
  }
  const fitting = shrink(pixels, 1600);
  const drawn = enlarge(fitting, Math.max(1, Math.round(width / fitting.width)));
  const png = pngBase64(drawn);
  const size = { width: drawn.width, height: drawn.height };
  const data: Record<string, unknown> = { 'image/png': png, 'text/plain': `[picture: ${alt}]` };
  // JupyterLab reads no alt text of image/png; as HTML it does. Large pictures are not sent twice.
  if (png.length < 200_000) {
    data['text/html'] =
      `<img alt="${escapeHtml(alt)}" width="${size.width}" height="${size.height}" src="data:image/png;base64,${png}"/>`;
  }
  return new Display(data, { 'image/png': { ...size, alt } });
}

function nameSvg(source: string, alt: string): string {
  const head = /<svg\b[^>]*>/.exec(source)?.[0] ?? '';
  const named = /\saria-label=/.test(head) ? '' : ` role="img" aria-label="${escapeHtml(alt)}"`;
  // A picture by itself, outside of a page, is an SVG only with its name space.
  const space = /\sxmlns=/.test(head) ? '' : ' xmlns="http://www.w3.org/2000/svg"';
  return source.replace(/<svg\b/, `<svg${space}${named}`);
}

function withoutTags(source: string): string {
  const text = source
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<(br|\/p|\/tr|\/li|\/h\d|\/div)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, ' ');
  const named: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&nbsp;': ' ',
  };
  return text
    .replace(/&(lt|gt|quot|#39|nbsp);/g, (entity) => named[entity]!)
    .replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}
