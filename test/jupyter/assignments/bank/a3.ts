import { type Answer, half } from './answer.ts';
import { hostileAnswers } from './hostile.ts';

const convolve = (parts: { stride?: string; width?: string; weight?: string }) => `
function convolve(image: number[][], filter: number[][], stride: number): number[][] {
  const [h, w, S] = [filter.length, ${parts.width ?? 'filter[0]!.length'}, ${parts.stride ?? 'stride'}];
  const out: number[][] = [];
  for (let y = 0; y + h <= image.length; y += S) {
    const row: number[] = [];
    for (let x = 0; x + w <= image[0]!.length; x += S) {
      let sum = 0;
      for (let i = 0; i < h; i++) for (let j = 0; j < w; j++) sum += image[y + i]![x + j]! * ${parts.weight ?? 'filter[i]![j]!'};
      row.push(sum);
    }
    out.push(row);
  }
  return out;
}`;

const filters = (changed: Record<string, string>) => {
  const all = {
    blur: '[[1, 1, 1], [1, 1, 1], [1, 1, 1]].map((row) => row.map((v) => v / 9))',
    vertical: '[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]',
    horizontal: '[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]',
    sharpen: '[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]',
    left: '[[0, 0, 0], [0, 0, 1], [0, 0, 0]]',
    ...changed,
  };
  return `const filters: any = { ${Object.entries(all)
    .map(([name, text]) => `${name}: ${text}`)
    .join(', ')} };`;
};

const pool = (parts: { best?: string; larger?: string; back?: string }) => `
function winner(image: number[][], size: number, y: number, x: number): any {
  let at = [y * size, x * size], best = ${parts.best ?? 'image[at[0]!]![at[1]!]!'};
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) { const v = image[y * size + i]![x * size + j]!; if (v ${parts.larger ?? '>'} best) { best = v; at = [y * size + i, x * size + j]; } }
  return { at, best };
}
function maxPool(image: number[][], size: number) { return Array.from({ length: image.length / size }, (_, y) => Array.from({ length: image[0]!.length / size }, (_, x) => winner(image, size, y, x).best)); }
function maxPoolBack(image: number[][], size: number, slopes: number[][]) {
  const back = image.map((row) => row.map(() => 0));
  slopes.forEach((row, y) => row.forEach((s, x) => { ${parts.back ?? 'const [i, j] = winner(image, size, y, x).at; back[i]![j] = s;'} }));
  return back;
}`;

const back = (parts: { dw?: string; dx?: string }) => `
function convolveBack(x: number[][], w: number[][], slopes: number[][]): any {
  const zeros = (m: number[][]) => m.map((row) => row.map(() => 0));
  const [dw, dx] = [zeros(w), zeros(x)];
  slopes.forEach((row, r) => row.forEach((s, c) => w.forEach((line, i) => line.forEach((v, j) => {
    ${parts.dw ?? 'dw[i]![j]! += x[r + i]![c + j]! * s'};
    ${parts.dx ?? 'dx[r + i]![c + j]! += v * s'};
  }))));
  return { dw, dx };
}`;

const net = (layers: string) => `
import { Adam, Conv2D, Dense, Flatten, fit, MaxPool2D, Sequential, summary } from 'convbook';
function buildNet(): any { return new Sequential([${layers}]); }`;

const wrong: Answer[] = [
  half(
    'size',
    'a size that is rounded',
    1.33,
    'function outputSize(n: number, f: number, s: number, p: number) { return Math.floor((n - f + 2 * p) / s) + 1; }',
  ),
  half(
    'size',
    'a padding on one side',
    0.66,
    "function outputSize(n: number, f: number, s: number, p: number) { const size = (n - f + p) / s + 1; if (!Number.isInteger(size) || size < 1) throw new Error('no'); return size; }",
  ),
  half(
    'same',
    'the same padding on both sides',
    1.2,
    'function samePadding(n: number, f: number, s: number) { const p = Math.floor((f - 1) / 2); return [p, p]; }',
  ),
  half(
    'same',
    'more padding before than behind',
    1.2,
    'function samePadding(n: number, f: number, s: number) { const t = Math.max(0, (Math.ceil(n / s) - 1) * s + f - n); return [t - Math.floor(t / 2), Math.floor(t / 2)]; }',
  ),
  half(
    'same',
    'a padding below zero',
    1.6,
    'function samePadding(n: number, f: number, s: number) { const t = (Math.ceil(n / s) - 1) * s + f - n; return [Math.floor(t / 2), t - Math.floor(t / 2)]; }',
  ),
  half('convolve', 'a filter that is flipped', 0.75, convolve({ weight: 'filter[h - 1 - i]![w - 1 - j]!' })),
  half('convolve', 'a stride that is not heard', 2.25, convolve({ stride: '1' })),
  half('convolve', 'square filters only', 0.75, convolve({ width: 'filter.length' })),
  half('filters', 'a blur that brightens', 2.53, filters({ blur: '[[1, 1, 1], [1, 1, 1], [1, 1, 1]]' })),
  half(
    'filters',
    'the edges the wrong way round',
    1.38,
    filters({
      vertical: '[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]',
      horizontal: '[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]',
    }),
  ),
  half('filters', 'a step to the right', 2.53, filters({ left: '[[0, 0, 0], [1, 0, 0], [0, 0, 0]]' })),
  half(
    'filters',
    'an edge filter that sees even ground',
    2.53,
    filters({ vertical: '[[0, 0, 0], [0, 0, 1], [0, 0, 0]]' }),
  ),
  half(
    'locate',
    'a pattern with its mean',
    1.33,
    'function locate(scene: any, pattern: any) { const a = convolve(scene, pattern, 1); let best = [0, 0]; a.forEach((r, y) => r.forEach((v, x) => { if (v > a[best[0]!]![best[1]!]! + 1e-9) best = [y, x]; })); return best; }',
  ),
  half('locate', 'always the upper left corner', 0, 'function locate() { return [0, 0]; }'),
  half(
    'im2col',
    'one channel after the other',
    1.5,
    'function im2col(im: number[][][], n: number, s: number) { const rows: number[][] = []; for (let y = 0; y + n <= im.length; y += s) for (let x = 0; x + n <= im[0]!.length; x += s) { const row: number[] = []; for (let c = 0; c < im[0]![0]!.length; c++) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) row.push(im[y + i]![x + j]![c]!); rows.push(row); } return rows; }',
  ),
  half(
    'im2col',
    'places without a stride',
    2.25,
    'function im2col(im: number[][][], n: number) { const rows: number[][] = []; for (let y = 0; y + n <= im.length; y++) for (let x = 0; x + n <= im[0]!.length; x++) { const row: number[] = []; for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) row.push(...im[y + i]![x + j]!); rows.push(row); } return rows; }',
  ),
  half('pool', 'a largest that begins at zero', 2.62, pool({ best: '0' })),
  half('pool', 'the last of equals', 2.25, pool({ larger: '>=' })),
  half(
    'pool',
    'slopes for the whole window',
    1.5,
    pool({
      back: 'for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) back[y * size + i]![x * size + j] = s / size ** 2;',
    }),
  ),
  half('back', 'a weight that is used once', 2.66, back({ dw: 'dw[i]![j] = x[r + i]![c + j]! * s' })),
  half(
    'back',
    'a filter flipped on the way back',
    2.22,
    back({ dx: 'dx[r + i]![c + j]! += w[w.length - 1 - i]![line.length - 1 - j]! * s' }),
  ),
  half(
    'back',
    'slopes that are forgotten',
    0,
    back({ dw: 'dw[i]![j]! += x[r + i]![c + j]!', dx: 'dx[r + i]![c + j]! += v' }),
  ),
  half(
    'field',
    'strides that are forgotten',
    1.2,
    'function receptiveField(layers: any[]) { return layers.reduce((f, { size }) => f + size - 1, 1); }',
  ),
  half(
    'field',
    "a layer's own stride counted in it",
    1.2,
    'function receptiveField(layers: any[]) { let [f, j] = [1, 1]; for (const { size, stride } of layers) { j *= stride; f += (size - 1) * j; } return f; }',
  ),
  half(
    'field',
    'a field that begins at zero',
    0,
    'function receptiveField(layers: any[]) { let [f, j] = [0, 1]; for (const { size, stride } of layers) { f += (size - 1) * j; j *= stride; } return f; }',
  ),
  half(
    'cost',
    'no biases',
    0.57,
    'function convCost({ height, width, channels }: any, { filters, size, stride, padding }: any) { const a = (n: number) => (n - size + 2 * padding) / stride + 1; const w = size * size * channels; return { parameters: filters * w, multiplyAdds: a(height) * a(width) * filters * w }; }',
  ),
  half(
    'cost',
    'square images only',
    1.71,
    'function convCost({ height, channels }: any, { filters, size, stride, padding }: any) { const a = (height - size + 2 * padding) / stride + 1; const w = size * size * channels; return { parameters: filters * (w + 1), multiplyAdds: a * a * filters * w }; }',
  ),
  half(
    'design',
    'a network above its budget',
    1,
    net(
      'new Conv2D({ filters: 8, kernelSize: 3 }), new Conv2D({ filters: 8, kernelSize: 3 }), new Flatten(), new Dense({ units: 10 })',
    ),
  ),
  half('design', 'a network without convolutions', 1.33, net('new Flatten(), new Dense({ units: 10 })')),
  half(
    'design',
    'one network for all calls',
    1.66,
    `${net('new Conv2D({ filters: 8, kernelSize: 3 }), new MaxPool2D(), new Conv2D({ filters: 8, kernelSize: 3 }), new MaxPool2D(), new Flatten(), new Dense({ units: 10 })').replace('buildNet', 'buildOnce')}
const onlyOne = buildOnce();
function buildNet() { return onlyOne; }`,
  ),
  half('design', 'no network', 0, 'function buildNet() { return undefined; }'),
  half('train', 'a training that does nothing', 0, 'async function trainNet() {}'),
  half(
    'train',
    'a training that throws',
    0,
    "async function trainNet() { throw new Error('out of ideas'); }",
  ),
  half(
    'occlusion',
    'the drop with the wrong sign',
    0.37,
    'async function occlusion(score: any, image: number[][], n: number) { const all = await score(image); const map: number[][] = []; for (let y = 0; y < image.length / n; y++) { const row: number[] = []; for (let x = 0; x < image[0]!.length / n; x++) row.push((await score(image.map((l, i) => l.map((v, j) => (Math.floor(i / n) === y && Math.floor(j / n) === x ? 0 : v))))) - all); map.push(row); } return map; }',
  ),
  half(
    'occlusion',
    'scores that are not awaited',
    2.25,
    'function occlusion(score: any, image: number[][], n: number) { const all = score(image); return Array.from({ length: image.length / n }, (_, y) => Array.from({ length: image[0]!.length / n }, (_, x) => all - score(image.map((l, i) => l.map((v, j) => (Math.floor(i / n) === y && Math.floor(j / n) === x ? 0 : v)))))); }',
  ),
  half(
    'occlusion',
    'patches that stay covered',
    0.75,
    'async function occlusion(score: any, image: number[][], n: number) { const all = await score(image); const map: number[][] = []; for (let y = 0; y < image.length / n; y++) { const row: number[] = []; for (let x = 0; x < image[0]!.length / n; x++) { for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) image[y * n + i]![x * n + j] = 0; row.push(all - (await score(image))); } map.push(row); } return map; }',
  ),
];

/** Wrong and hostile answers to assignment A3. */
export const a3: Answer[] = [
  ...wrong,
  ...hostileAnswers({
    exercise: 'field',
    name: 'receptiveField',
    points: 2,
    right:
      'function receptiveField(layers: any[]) { let [field, jump] = [1, 1]; for (const { size, stride } of layers) { field += (size - 1) * jump; jump *= stride; } return field; }',
  }),
];
