import { renderSvg } from './svg.ts';
import { escapeXml } from './text.ts';
import type { ChartOptions, Layout, Trace } from './types.ts';

const DISPLAY = Symbol.for('Jupyter.display');
const METADATA = Symbol.for('convbook.metadata');
/** How a value shows itself in an output that will be replaced: JupyterLab's plotly renderer never draws a second figure. */
const STILL = Symbol.for('convbook.still');

/**
 * A figure: plotly's traces and layout, its alt text, and a static drawing of the same for places without plotly.
 * A notebook shows it as a plotly figure; `toSvg()` gives the drawing.
 */
export class Figure {
  readonly data: Trace[];
  readonly layout: Layout;

  constructor(data: Trace[], layout: Layout) {
    this.data = data;
    this.layout = layout;
  }

  /** What the figure shows, for those who don't see it. */
  get alt(): string {
    return this.layout.meta.alt;
  }

  /** The figure as an SVG file. */
  toSvg(): string {
    return renderSvg(this.data, this.layout);
  }

  toString(): string {
    return `[figure "${this.layout.title.text}": ${this.alt}]`;
  }

  get [METADATA](): Record<string, unknown> {
    return { 'image/svg+xml': { alt: this.alt } };
  }

  [DISPLAY](): Record<string, unknown> {
    return {
      'application/vnd.plotly.v1+json': {
        data: this.data,
        layout: this.layout,
        config: { displaylogo: false, responsive: true, modeBarButtonsToRemove: ['lasso2d', 'select2d'] },
      },
      ...this[STILL](),
    };
  }

  [STILL](): Record<string, unknown> {
    return drawingBundle(this.toSvg(), this.alt, this.toString());
  }
}

/** A drawing that plotly has no form for: a network, a grid of images. Shows itself as SVG with its alt text. */
export class Drawing {
  readonly alt: string;
  private readonly svg: string;

  constructor(svg: string, alt: string) {
    this.svg = svg;
    this.alt = requireAlt(alt);
  }

  toSvg(): string {
    return this.svg;
  }

  toString(): string {
    return `[drawing: ${this.alt}]`;
  }

  get [METADATA](): Record<string, unknown> {
    return { 'image/svg+xml': { alt: this.alt } };
  }

  [DISPLAY](): Record<string, unknown> {
    return drawingBundle(this.svg, this.alt, this.toString());
  }
}

/**
 * A drawing as HTML and as SVG. JupyterLab and nbconvert show an SVG as a picture without its alt text, and cut what is wider
 * than the page; as HTML it has both. Other places take the SVG.
 */
export function drawingBundle(svg: string, alt: string, text: string): Record<string, unknown> {
  return { 'text/html': pictureHtml(svg, alt), 'image/svg+xml': svg, 'text/plain': text };
}

/** An `<img>` with the drawing inside of its address. */
export function pictureHtml(svg: string, alt: string): string {
  // Only what must be is escaped: base64 would make the notebook a third larger.
  const inside = svg
    .replaceAll('"', "'")
    .replace(/[%#<>]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('&', '&amp;');
  return `<img alt="${escapeXml(alt)}" style="max-width:100%;height:auto" src="data:image/svg+xml,${inside}"/>`;
}

/** Every figure says what it shows. */
export function requireAlt(alt: string): string {
  if (typeof alt === 'string' && alt.trim() !== '') return alt;
  throw new TypeError(
    'A figure needs a text for those who do not see it: pass alt: "…", one or two sentences with its message.',
  );
}

/** The layout that all charts share. */
export function layoutOf(options: ChartOptions): Layout {
  const axis = {
    showgrid: true,
    gridcolor: '#e3e3e3',
    linecolor: '#888',
    showline: true,
    zeroline: false,
    automargin: true,
  };
  return {
    title: { text: options.title },
    width: options.width ?? 640,
    height: options.height ?? 400,
    xaxis: { title: { text: options.xTitle }, type: options.xLog ? 'log' : 'linear', ...axis },
    yaxis: { title: { text: options.yTitle }, type: options.yLog ? 'log' : 'linear', ...axis },
    font: { family: 'Helvetica, Arial, sans-serif', size: 13, color: '#222' },
    paper_bgcolor: '#fff',
    plot_bgcolor: '#fff',
    margin: { l: 64, r: 16, t: 44, b: 52 },
    showlegend: options.legend ?? false,
    meta: { alt: requireAlt(options.alt) },
  };
}
