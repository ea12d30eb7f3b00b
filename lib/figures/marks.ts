import { css, rgb, textOn } from './palette.ts';
import { pngUri } from './png.ts';
import type { Scale } from './scale.ts';
import { at, escapeXml } from './text.ts';
import type { BarTrace, HeatTrace, LineTrace, Trace } from './types.ts';

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const DASHARRAY: Record<string, string> = { dash: '8 4', dot: '2 3', dashdot: '8 3 2 3', longdash: '14 5' };

/** The SVG of all traces, in the order in which they lie on each other. */
export function drawTraces(traces: readonly Trace[], x: Scale, y: Scale, barmode = 'group'): string {
  const bars = traces.filter((trace) => trace.type === 'bar');
  return traces
    .map((trace) => {
      if (trace.type === 'heatmap') return drawHeat(trace, x, y);
      if (trace.type === 'bar') {
        return drawBars(
          trace,
          x,
          y,
          barmode === 'group' ? bars.indexOf(trace) : 0,
          barmode === 'group' ? bars.length : 1,
        );
      }
      return drawLine(trace, x, y);
    })
    .join('');
}

function drawLine(trace: LineTrace, x: Scale, y: Scale): string {
  let path = '';
  let pen = false;
  const points: [number, number, number][] = [];
  for (let i = 0; i < trace.x.length; i++) {
    const [vx, vy] = [trace.x[i], trace.y[i]];
    const px = vx === null || vx === undefined ? Number.NaN : x.position(vx);
    const py = vy === null || vy === undefined ? Number.NaN : y.position(vy);
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      pen = false;
      continue;
    }
    path += `${pen ? 'L' : 'M'}${at(near(px))} ${at(near(py))}`;
    pen = true;
    points.push([px, py, i]);
  }
  const opacity = trace.opacity === undefined ? '' : ` opacity="${trace.opacity}"`;
  let out = '';
  if (trace.mode.startsWith('lines') && trace.line && path) {
    const pattern = DASHARRAY[trace.line.dash];
    out += `<path d="${path}" fill="none" stroke="${trace.line.color}" stroke-width="${trace.line.width}" stroke-linejoin="round"${pattern ? ` stroke-dasharray="${pattern}"` : ''}${opacity}/>`;
  }
  if (trace.mode !== 'lines' && trace.marker) {
    const { color, size, symbol, line } = trace.marker;
    const edge = line ? ` stroke="${line.color}" stroke-width="${line.width}"` : '';
    const shapes = points.map(([px, py, i]) =>
      marker(symbol, px, py, (typeof size === 'number' ? size : (size[i] ?? 6)) / 2),
    );
    out += `<g fill="${color}"${edge}${opacity}>${shapes.join('')}</g>`;
    if (trace.mode === 'markers+text') {
      const labels = points.map(([px, py, i]) => {
        const r = (typeof size === 'number' ? size : (size[i] ?? 6)) / 2;
        return `<text x="${at(px)}" y="${at(py - r - 4)}" text-anchor="middle" font-size="11">${escapeXml(trace.text?.[i] ?? '')}</text>`;
      });
      out += labels.join('');
    }
  }
  return out;
}

/** Points far outside the figure are drawn nearer: some renderers drop a whole curve for one. */
const near = (pixels: number) => Math.min(1500, Math.max(-300, pixels));

/** One point. The forms are those of plotly's names. */
export function marker(symbol: string, x: number, y: number, r: number): string {
  const path = (...points: [number, number][]) =>
    `<path d="M${points.map(([dx, dy]) => `${at(x + dx * r)} ${at(y + dy * r)}`).join('L')}Z"/>`;
  if (symbol === 'square') return path([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]);
  if (symbol === 'diamond') return path([0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]);
  if (symbol === 'triangle-up') return path([0, -1.15], [1.1, 0.85], [-1.1, 0.85]);
  if (symbol === 'cross') return path([-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]); // biome-ignore format: one outline
  if (symbol === 'x') return path([-1, -0.6], [-0.6, -1], [0, -0.4], [0.6, -1], [1, -0.6], [0.4, 0], [1, 0.6], [0.6, 1], [0, 0.4], [-0.6, 1], [-1, 0.6], [-0.4, 0]); // biome-ignore format: one outline
  if (symbol === 'star') {
    return path(
      ...Array.from({ length: 10 }, (_, i): [number, number] => {
        const radius = i % 2 === 0 ? 1.3 : 0.55;
        return [radius * Math.sin((Math.PI * i) / 5), -radius * Math.cos((Math.PI * i) / 5)];
      }),
    );
  }
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${at(r)}"/>`;
}

function drawBars(trace: BarTrace, x: Scale, y: Scale, index: number, count: number): string {
  const zero = y.position(0);
  const base = Number.isFinite(zero) ? zero : y.position(Number.MIN_VALUE);
  return trace.x
    .map((name, i) => {
      const value = trace.y[i];
      if (value === null || value === undefined) return '';
      const given = trace.width?.[i];
      const whole =
        given === undefined ? x.band * 0.8 : Math.abs(x.position(Number(name) + given) - x.position(name));
      const width = whole / count;
      const left = x.position(name) - whole / 2 + index * width;
      const top = y.position(value);
      const colour =
        typeof trace.marker.color === 'string' ? trace.marker.color : (trace.marker.color[i] ?? '#000');
      const middle = left + width / 2;
      let out = `<rect x="${at(left)}" y="${at(Math.min(top, base))}" width="${at(Math.max(0.5, width - (given === undefined ? 1 : 0.4)))}" height="${at(Math.abs(top - base))}" fill="${colour}"/>`;
      const error = trace.error_y?.array[i];
      let edge = Math.min(top, base);
      if (error) {
        const [high, low] = [y.position(value + error), y.position(value - error)];
        edge = Math.min(edge, high);
        out += `<path d="M${at(middle)} ${at(high)}V${at(low)}M${at(middle - 4)} ${at(high)}h8M${at(middle - 4)} ${at(low)}h8" stroke="#333" stroke-width="1.5" fill="none"/>`;
      }
      const text = trace.text?.[i];
      if (text)
        out += `<text x="${at(middle)}" y="${at(edge - 4)}" text-anchor="middle" font-size="12">${escapeXml(text)}</text>`;
      return out;
    })
    .join('');
}

function drawHeat(trace: HeatTrace, x: Scale, y: Scale): string {
  const rows = trace.z.length;
  const columns = trace.z[0]?.length ?? 0;
  const xs = trace.x ?? Array.from({ length: columns }, (_, i) => i);
  const ys = trace.y ?? Array.from({ length: rows }, (_, i) => i);
  const width = cell(xs, x);
  const height = cell(ys, y);
  const part = (value: number | null) =>
    ((value ?? trace.zmin) - trace.zmin) / (trace.zmax - trace.zmin || 1);
  if (trace.text && rows * columns <= 1600) {
    const size = Math.max(7, Math.min(14, height * 0.5, width * 0.4));
    const out: string[] = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const colour = scaleColour(trace.colorscale, part(trace.z[r]![c]!));
        const [px, py] = [x.position(xs[c]!), y.position(ys[r]!)];
        out.push(
          `<rect x="${at(px - width / 2)}" y="${at(py - height / 2)}" width="${at(width + 0.3)}" height="${at(height + 0.3)}" fill="${css(colour)}"/>`,
        );
        const text = trace.text[r]?.[c];
        if (text) {
          out.push(
            `<text x="${at(px)}" y="${at(py + size * 0.35)}" font-size="${at(size)}" text-anchor="middle" fill="${textOn(colour)}">${escapeXml(text)}</text>`,
          );
        }
      }
    }
    return out.join('');
  }
  const pixels = new Uint8Array(rows * columns * 3);
  const [down, right] = [
    y.position(ys[rows - 1]!) > y.position(ys[0]!),
    x.position(xs[columns - 1]!) > x.position(xs[0]!),
  ];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const to =
        ((down || rows === 1 ? r : rows - 1 - r) * columns + (right || columns === 1 ? c : columns - 1 - c)) *
        3;
      pixels.set(scaleColour(trace.colorscale, part(trace.z[r]![c]!)), to);
    }
  }
  const left = Math.min(x.position(xs[0]!), x.position(xs[columns - 1]!)) - width / 2;
  const top = Math.min(y.position(ys[0]!), y.position(ys[rows - 1]!)) - height / 2;
  return `<image x="${at(left)}" y="${at(top)}" width="${at(width * columns)}" height="${at(height * rows)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngUri({ width: columns, height: rows, channels: 3, data: pixels })}"/>`;
}

function cell(places: readonly (number | string)[], scale: Scale): number {
  if (scale.band > 0) return scale.band;
  if (places.length < 2) return Math.abs(scale.position(1) - scale.position(0));
  return Math.abs(scale.position(places.at(-1)!) - scale.position(places[0]!)) / (places.length - 1);
}

function scaleColour(scale: readonly [number, string][], part: number): readonly [number, number, number] {
  const t = Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0));
  let i = 0;
  while (i < scale.length - 2 && scale[i + 1]![0] < t) i++;
  const [[from, a], [to, b]] = [scale[i]!, scale[i + 1]!];
  const f = (t - from) / (to - from || 1);
  const [low, high] = [rgb(a), rgb(b)];
  return [0, 1, 2].map((c) => Math.round(low[c]! + (high[c]! - low[c]!) * f)) as unknown as readonly [
    number,
    number,
    number,
  ];
}
