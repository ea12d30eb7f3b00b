// @ts-check
// Makes batches from bytes: on the main thread as a function, and as the program of a worker thread. Plain JavaScript, because
// a worker starts without the loader that reads TypeScript.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./batch-maker.d.mts').BatchJob} BatchJob */
/** @typedef {import('./batch-maker.d.mts').Augmentation} Augmentation */

/**
 * The batch of one step: its numbers depend on the job and the step alone, not on who makes it when.
 * @param {BatchJob} job @param {number} step
 */
export function makeBatch(job, step) {
  const { images, labels, order, batchSize, height, width, channels, augment, seed } = job;
  const indices = order.subarray(step * batchSize, Math.min(order.length, (step + 1) * batchSize));
  const size = height * width * channels;
  const xs = new Float32Array(indices.length * size);
  const ys = new Int32Array(indices.length);
  const random = mulberry(seed, step);
  for (let i = 0; i < indices.length; i++) {
    const from = /** @type {number} */ (indices[i]) * size;
    ys[i] = /** @type {number} */ (labels[/** @type {number} */ (indices[i])]);
    if (augment) distort(images, from, xs, i * size, height, width, channels, augment, random);
    else for (let k = 0; k < size; k++) xs[i * size + k] = /** @type {number} */ (images[from + k]) / 255;
  }
  return { xs, ys };
}

/**
 * One image through a random affine map around its middle, read backwards with bilinear weights.
 * @param {Uint8Array} images @param {number} from @param {Float32Array} out @param {number} to
 * @param {number} height @param {number} width @param {number} channels
 * @param {Augmentation} augment @param {() => number} random uniform in [0, 1)
 */
function distort(images, from, out, to, height, width, channels, augment, random) {
  const { shift = 0, rotate = 0, scale = 0, shear = 0, flip = false, noise = 0, edge = 'zero' } = augment;
  const around = () => 2 * random() - 1;
  const angle = (around() * rotate * Math.PI) / 180;
  const zoom = Math.exp(around() * Math.log1p(scale));
  const slant = around() * shear;
  const [dx, dy] = [around() * shift, around() * shift];
  const mirror = random() < 0.5 && flip ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  /** @param {number} x @param {number} y @param {number} c */
  const at = (x, y, c) => {
    if (edge === 'nearest') {
      x = Math.min(width - 1, Math.max(0, x));
      y = Math.min(height - 1, Math.max(0, y));
    } else if (x < 0 || y < 0 || x >= width || y >= height) return 0;
    return /** @type {number} */ (images[from + (y * width + x) * channels + c]);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - cx - dx, y - cy - dy];
      const sx = mirror * (cos * u + sin * v + slant * v) + cx;
      const sy = cos * v - sin * u + cy;
      const [fx, fy] = [Math.floor(sx), Math.floor(sy)];
      const [tx, ty] = [sx - fx, sy - fy];
      for (let c = 0; c < channels; c++) {
        const upper = at(fx, fy, c) * (1 - tx) + at(fx + 1, fy, c) * tx;
        const lower = at(fx, fy + 1, c) * (1 - tx) + at(fx + 1, fy + 1, c) * tx;
        let value = (upper * (1 - ty) + lower * ty) / 255;
        if (noise > 0)
          value += noise * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        out[to + (y * width + x) * channels + c] = Math.min(1, Math.max(0, value));
      }
    }
  }
}

/** A small generator for one step (mulberry32, Ettinger 2017). @param {number} seed @param {number} step */
function mulberry(seed, step) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(step + 1, 0xc2b2ae35)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

if (!isMainThread && parentPort && workerData?.convbookBatches) {
  const port = parentPort;
  /** @type {BatchJob} */
  const job = workerData.convbookBatches;
  port.on('message', (/** @type {number} */ step) => {
    const { xs, ys } = makeBatch(job, step);
    port.postMessage({ step, xs, ys }, [xs.buffer, ys.buffer]);
  });
}
