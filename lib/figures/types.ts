/** The part of plotly's traces that the builders here make and the SVG renderer draws. */
export interface LineTrace {
  type: 'scatter';
  mode: 'lines' | 'markers' | 'lines+markers' | 'markers+text';
  name?: string;
  x: (number | null)[];
  y: (number | null)[];
  line?: { color: string; width: number; dash: string };
  marker?: {
    color: string;
    size: number | number[];
    symbol: string;
    line?: { color: string; width: number };
  };
  text?: string[];
  textposition?: 'top center';
  opacity?: number;
  hoverinfo?: string;
  showlegend?: boolean;
}

export interface BarTrace {
  type: 'bar';
  name?: string;
  x: (number | string)[];
  y: (number | null)[];
  width?: number[];
  marker: { color: string | string[] };
  text?: string[];
  textposition?: 'outside' | 'none';
  error_y?: { type: 'data'; array: number[]; visible: boolean };
  showlegend?: boolean;
}

export interface HeatTrace {
  type: 'heatmap';
  z: (number | null)[][];
  x?: (number | string)[];
  y?: (number | string)[];
  zmin: number;
  zmax: number;
  colorscale: [number, string][];
  colorbar?: { title: { text: string; side: 'right' } };
  showscale: boolean;
  text?: string[][];
  texttemplate?: string;
  hoverinfo?: string;
}

export type Trace = LineTrace | BarTrace | HeatTrace;

export interface Axis {
  title: { text: string };
  type?: 'linear' | 'log' | 'category';
  range?: [number, number];
  autorange?: 'reversed';
  categories?: string[];
  showgrid?: boolean;
  zeroline?: boolean;
  automargin?: boolean;
  gridcolor?: string;
  linecolor?: string;
  showline?: boolean;
  ticks?: string;
  tickvals?: number[];
  ticktext?: string[];
  scaleanchor?: string;
  constrain?: string;
  dtick?: number;
}

/** A picture behind the marks, in the coordinates of the axes. */
export interface BackgroundImage {
  source: string;
  xref: 'x';
  yref: 'y';
  x: number;
  y: number;
  sizex: number;
  sizey: number;
  sizing: 'stretch';
  layer: 'below';
}

export interface Layout {
  title: { text: string };
  width: number;
  height: number;
  xaxis: Axis;
  yaxis: Axis;
  font: { family: string; size: number; color: string };
  paper_bgcolor: string;
  plot_bgcolor: string;
  margin: { l: number; r: number; t: number; b: number };
  showlegend: boolean;
  /** Below the figure, where there is no room beside it; default beside it. */
  legend?: { orientation: 'h'; y: number };
  barmode?: 'group' | 'stack' | 'overlay';
  bargap?: number;
  images?: BackgroundImage[];
  meta: { alt: string };
}

/** What every chart needs. */
export interface ChartOptions {
  title: string;
  /** With its unit: `steps`, `seconds`. */
  xTitle: string;
  yTitle: string;
  /** What the figure shows, for those who don't see it: one or two sentences with the message, not the looks. */
  alt: string;
  width?: number;
  height?: number;
  /** Logarithmic axes; values that aren't positive are left out. */
  xLog?: boolean;
  yLog?: boolean;
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  legend?: boolean;
}

export type Numbers = ArrayLike<number>;
