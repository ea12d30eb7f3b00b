import { convertIndexedToRgb, decode } from 'fast-png';
import type { Find, Finding } from '../finding.ts';

/** Levels of 255 by which a pixel may differ where no rule is given: what rounding a float can do. */
const ROUNDING = 1;

interface Picture {
  width: number;
  height: number;
  /** Red, green and blue from 0 to 255, on white where the picture is transparent. */
  rgb: Float32Array;
}

/**
 * Compares two pictures in base64: sizes, then the perceptual distance. Without `distance` every pixel must be equal.
 */
export function comparePictures(
  mime: string,
  expected: string,
  got: string,
  distance: number | undefined,
  find: Find,
): Finding[] {
  if (expected === got) return [];
  if (mime !== 'image/png')
    return [find(`${mime}, ${expected.length} characters`, `another ${mime}`, 'equal bytes')];
  const a = read(expected);
  const b = read(got);
  if (!a || !b)
    return [find(a ? 'a picture' : 'a damaged PNG', b ? 'a picture' : 'a damaged PNG', 'a PNG that opens')];
  const size = (p: Picture) => `${p.width} x ${p.height} pixels`;
  if (a.width !== b.width || a.height !== b.height) return [find(size(a), size(b), 'the same size')];
  if (distance === undefined) {
    const wrong = different(a, b);
    if (wrong === 0) return [];
    return [
      find(size(a), `${wrong} pixels differ (distance ${pictureDistance(a, b).toFixed(4)})`, 'equal pixels'),
    ];
  }
  const found = pictureDistance(a, b);
  if (found <= distance) return [];
  return [find('a similar picture', `distance ${found.toFixed(4)}`, `a distance of at most ${distance}`)];
}

/** A PNG in base64 as red, green and blue; undefined where it is damaged. */
export function read(base64: string): Picture | undefined {
  try {
    const png = decode(Buffer.from(base64, 'base64'));
    const data = png.palette ? convertIndexedToRgb(png) : png.data;
    const channels = png.palette ? data.length / (png.width * png.height) : png.channels;
    const scale =
      png.depth === 16 ? 255 / 65535 : png.depth < 8 && !png.palette ? 255 / (2 ** png.depth - 1) : 1;
    const rgb = new Float32Array(png.width * png.height * 3);
    for (let i = 0; i < png.width * png.height; i++) {
      const alpha = channels % 2 === 0 ? (data[i * channels + channels - 1]! * scale) / 255 : 1;
      for (let c = 0; c < 3; c++) {
        const value = data[i * channels + (channels < 3 ? 0 : c)]! * scale;
        rgb[i * 3 + c] = value * alpha + 255 * (1 - alpha);
      }
    }
    return { width: png.width, height: png.height, rgb };
  } catch {
    return undefined;
  }
}

function different(a: Picture, b: Picture): number {
  let wrong = 0;
  for (let i = 0; i < a.rgb.length; i += 3) {
    const far = (c: number) => Math.abs(a.rgb[i + c]! - b.rgb[i + c]!) > ROUNDING;
    if (far(0) || far(1) || far(2)) wrong++;
  }
  return wrong;
}

/** The side to which large pictures are shrunk first: nobody sees single pixels of a larger one. */
const SEEN = 192;
const WINDOW = 8;

/**
 * How different two pictures of one size look, from 0 (equal) to 1: one minus the structural similarity (SSIM, Wang et al.
 * 2004, doi:10.1109/TIP.2003.819861) of the brightness, or the mean difference of the colours where that is more.
 */
export function pictureDistance(a: Picture, b: Picture): number {
  const [x, y] = [planes(a), planes(b)];
  let similarity = 0;
  let windows = 0;
  const { width, height } = x;
  for (let top = 0; top === 0 || top + WINDOW <= height; top += WINDOW / 2) {
    for (let left = 0; left === 0 || left + WINDOW <= width; left += WINDOW / 2) {
      similarity += ssim(x.brightness, y.brightness, width, height, left, top);
      windows++;
    }
  }
  let colour = 0;
  for (let i = 0; i < x.colour.length; i++) colour += Math.abs(x.colour[i]! - y.colour[i]!);
  return Math.min(1, Math.max(0, 1 - similarity / windows, colour / x.colour.length / 128));
}

function ssim(
  x: Float32Array,
  y: Float32Array,
  width: number,
  height: number,
  left: number,
  top: number,
): number {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let row = top; row < Math.min(height, top + WINDOW); row++) {
    for (let column = left; column < Math.min(width, left + WINDOW); column++) {
      const [p, q] = [x[row * width + column]!, y[row * width + column]!];
      n++;
      sx += p;
      sy += q;
      sxx += p * p;
      syy += q * q;
      sxy += p * q;
    }
  }
  const [mx, my] = [sx / n, sy / n];
  const [vx, vy, cov] = [sxx / n - mx * mx, syy / n - my * my, sxy / n - mx * my];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

/** Brightness and the two colour differences (BT.601), shrunk by averaging whole blocks. */
function planes({ width, height, rgb }: Picture) {
  const step = Math.max(1, Math.floor(Math.min(width, height) / SEEN));
  const [w, h] = [Math.max(1, Math.floor(width / step)), Math.max(1, Math.floor(height / step))];
  const brightness = new Float32Array(w * h);
  const colour = new Float32Array(w * h * 2);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const mean = [0, 0, 0];
      for (let dy = 0; dy < step; dy++) {
        for (let dx = 0; dx < step; dx++) {
          const at = ((row * step + dy) * width + column * step + dx) * 3;
          for (let c = 0; c < 3; c++) mean[c]! += rgb[at + c]! / (step * step);
        }
      }
      const [r, g, b] = mean as [number, number, number];
      const y = 0.299 * r + 0.587 * g + 0.114 * b;
      brightness[row * w + column] = y;
      colour[(row * w + column) * 2] = 0.564 * (b - y);
      colour[(row * w + column) * 2 + 1] = 0.713 * (r - y);
    }
  }
  return { width: w, height: h, brightness, colour };
}
