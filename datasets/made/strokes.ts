/** A point in a unit box: x to the right, y downwards. */
export type Point = readonly [number, number];

/** One movement of the pen: a smooth curve through its points, or straight lines between them. */
export interface Stroke {
  points: readonly Point[];
  smooth?: boolean;
  closed?: boolean;
}

/** A way to write a digit. */
export type Glyph = readonly Stroke[];

const curve = (...points: Point[]): Stroke => ({ points, smooth: true });
const loop = (...points: Point[]): Stroke => ({ points, smooth: true, closed: true });
const line = (...points: Point[]): Stroke => ({ points });

/** For each digit the ways in which people write it. */
export const GLYPHS: readonly (readonly Glyph[])[] = [
  [
    [
      loop(
        [0.5, 0.04],
        [0.78, 0.2],
        [0.85, 0.5],
        [0.76, 0.82],
        [0.5, 0.96],
        [0.24, 0.82],
        [0.15, 0.5],
        [0.22, 0.2],
      ),
    ],
    [
      curve(
        [0.6, 0.06],
        [0.3, 0.14],
        [0.16, 0.52],
        [0.34, 0.92],
        [0.66, 0.9],
        [0.85, 0.5],
        [0.72, 0.12],
        [0.44, 0.08],
      ),
    ],
  ],
  [
    [line([0.52, 0.04], [0.48, 0.96])],
    [line([0.6, 0.04], [0.4, 0.96])],
    [line([0.34, 0.26], [0.54, 0.04], [0.53, 0.96])],
    [line([0.34, 0.24], [0.52, 0.05], [0.52, 0.95]), line([0.3, 0.95], [0.74, 0.95])],
  ],
  [
    [
      curve([0.18, 0.26], [0.34, 0.07], [0.62, 0.06], [0.78, 0.26], [0.66, 0.52], [0.4, 0.75], [0.17, 0.94]),
      line([0.17, 0.94], [0.86, 0.93]),
    ],
    [
      curve(
        [0.2, 0.2],
        [0.45, 0.05],
        [0.74, 0.18],
        [0.68, 0.48],
        [0.42, 0.8],
        [0.2, 0.92],
        [0.2, 0.74],
        [0.42, 0.78],
        [0.64, 0.93],
        [0.86, 0.88],
      ),
    ],
  ],
  [
    [
      curve([0.2, 0.14], [0.5, 0.04], [0.75, 0.2], [0.66, 0.4], [0.42, 0.48]),
      curve([0.42, 0.48], [0.72, 0.55], [0.82, 0.75], [0.6, 0.94], [0.18, 0.88]),
    ],
    [
      line([0.2, 0.07], [0.76, 0.07], [0.46, 0.42]),
      curve([0.46, 0.42], [0.78, 0.54], [0.8, 0.8], [0.52, 0.96], [0.18, 0.86]),
    ],
  ],
  [
    [line([0.28, 0.06], [0.18, 0.56], [0.84, 0.54]), line([0.7, 0.1], [0.66, 0.96])],
    [line([0.66, 0.05], [0.14, 0.64], [0.88, 0.62]), line([0.66, 0.05], [0.64, 0.96])],
    [curve([0.24, 0.08], [0.2, 0.38], [0.4, 0.54], [0.72, 0.44]), line([0.76, 0.05], [0.66, 0.96])],
  ],
  [
    [
      line([0.8, 0.06], [0.32, 0.07], [0.26, 0.45]),
      curve([0.26, 0.45], [0.54, 0.37], [0.8, 0.56], [0.72, 0.86], [0.44, 0.96], [0.18, 0.84]),
    ],
    [curve([0.8, 0.05], [0.4, 0.1], [0.26, 0.34], [0.52, 0.48], [0.74, 0.68], [0.6, 0.92], [0.2, 0.9])],
  ],
  [
    [
      curve(
        [0.7, 0.05],
        [0.4, 0.24],
        [0.22, 0.6],
        [0.3, 0.88],
        [0.56, 0.95],
        [0.77, 0.76],
        [0.62, 0.55],
        [0.38, 0.6],
        [0.26, 0.78],
      ),
    ],
    [
      curve(
        [0.5, 0.04],
        [0.3, 0.4],
        [0.24, 0.76],
        [0.46, 0.96],
        [0.74, 0.84],
        [0.72, 0.62],
        [0.48, 0.56],
        [0.28, 0.72],
      ),
    ],
  ],
  [
    [line([0.16, 0.09], [0.82, 0.08]), curve([0.82, 0.08], [0.58, 0.46], [0.42, 0.96])],
    [line([0.18, 0.24], [0.2, 0.08], [0.82, 0.08]), line([0.82, 0.08], [0.5, 0.96])],
    [line([0.16, 0.09], [0.82, 0.08], [0.44, 0.96]), line([0.36, 0.52], [0.74, 0.5])],
  ],
  [
    [
      loop(
        [0.68, 0.12],
        [0.45, 0.04],
        [0.27, 0.2],
        [0.45, 0.42],
        [0.72, 0.66],
        [0.64, 0.92],
        [0.38, 0.94],
        [0.26, 0.74],
        [0.46, 0.5],
        [0.72, 0.3],
      ),
    ],
    [
      loop([0.5, 0.05], [0.72, 0.15], [0.7, 0.36], [0.5, 0.46], [0.3, 0.36], [0.28, 0.15]),
      loop([0.5, 0.46], [0.76, 0.58], [0.74, 0.86], [0.5, 0.96], [0.26, 0.86], [0.24, 0.58]),
    ],
  ],
  [
    [
      curve([0.75, 0.22], [0.55, 0.05], [0.28, 0.17], [0.28, 0.41], [0.54, 0.49], [0.74, 0.24]),
      curve([0.74, 0.24], [0.73, 0.6], [0.6, 0.96]),
    ],
    [
      curve(
        [0.74, 0.2],
        [0.48, 0.05],
        [0.25, 0.24],
        [0.42, 0.48],
        [0.72, 0.3],
        [0.76, 0.24],
        [0.74, 0.7],
        [0.54, 0.95],
        [0.26, 0.88],
      ),
    ],
  ],
];

/** A stroke as a chain of short straight pieces (Catmull-Rom between the points where it is smooth). */
export function flatten({ points, smooth, closed }: Stroke, perPiece = 6): Point[] {
  if (!smooth) return [...points];
  const n = points.length;
  const at = (i: number): Point => (closed ? points[(i + n) % n]! : points[Math.min(n - 1, Math.max(0, i))]!);
  const chain: Point[] = [];
  const pieces = closed ? n : n - 1;
  for (let i = 0; i < pieces; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let k = 0; k < perPiece; k++) {
      const t = k / perPiece;
      chain.push([catmullRom(a[0], b[0], c[0], d[0], t), catmullRom(a[1], b[1], c[1], d[1], t)]);
    }
  }
  chain.push(closed ? at(0) : at(n - 1));
  return chain;
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return (
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
  );
}
