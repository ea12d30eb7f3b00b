import type { Answer } from './answer.ts';
import { hostileAnswers } from './hostile.ts';

const wrongAnswers: Answer[] = [
  // Half right, or wrong as people are.
  {
    name: 'l2 without the root',
    exercise: 'distances',
    points: 1.2,
    code: `
function l1(a: ArrayLike<number>, b: ArrayLike<number>) { if (a.length !== b.length) throw new Error('lengths'); let s = 0; for (let i = 0; i < a.length; i++) s += Math.abs(a[i]! - b[i]!); return s; }
function l2(a: ArrayLike<number>, b: ArrayLike<number>) { if (a.length !== b.length) throw new Error('lengths'); let s = 0; for (let i = 0; i < a.length; i++) s += (a[i]! - b[i]!) ** 2; return s; }`,
  },
  {
    name: 'distances that take any lengths',
    exercise: 'distances',
    points: 1.6,
    code: `
function l1(a: any, b: any) { let s = 0; for (let i = 0; i < a.length; i++) s += Math.abs(a[i] - b[i]); return s; }
function l2(a: any, b: any) { let s = 0; for (let i = 0; i < a.length; i++) s += (a[i] - b[i]) ** 2; return Math.sqrt(s); }`,
  },
  {
    name: 'distances that are NaN',
    exercise: 'distances',
    points: 0,
    code: 'const l1 = (a: any, b: any) => NaN;\nconst l2 = l1;',
  },
  {
    name: 'distances that are text',
    exercise: 'distances',
    points: 0,
    code: "const l1 = () => '7';\nconst l2 = () => '5';",
  },
  {
    name: 'distances that equal everything they are compared with',
    exercise: 'distances',
    points: 0,
    code: 'const l1 = () => ({ valueOf: () => 7, toString: () => "7" });\nconst l2 = () => ({ valueOf: () => 5 });',
  },
  {
    name: 'distances that come as promises are right',
    exercise: 'distances',
    points: 2,
    code: `
async function l1(a: any, b: any) { if (a.length !== b.length) throw new Error('lengths'); let s = 0; for (let i = 0; i < a.length; i++) s += Math.abs(a[i] - b[i]); return s; }
async function l2(a: any, b: any) { if (a.length !== b.length) throw new Error('lengths'); return Math.sqrt(Array.from(a as number[], (v, i) => (v - b[i]) ** 2).reduce((p, q) => p + q, 0)); }`,
  },
  {
    name: 'squared distances in a matrix',
    exercise: 'matrix',
    points: 1.8,
    code: `
function distanceMatrix(a: tf.Tensor2D, b: tf.Tensor2D) { return tf.tidy(() => a.square().sum(1).expandDims(1).add(b.square().sum(1).expandDims(0)).sub(a.matMul(b, false, true).mul(2)).maximum(0)); }`,
  },
  {
    name: 'a matrix that leaks tensors',
    exercise: 'matrix',
    points: 2.4,
    code: `
function distanceMatrix(a: tf.Tensor2D, b: tf.Tensor2D) { return a.square().sum(1).expandDims(1).add(b.square().sum(1).expandDims(0)).sub(a.matMul(b, false, true).mul(2)).maximum(0).sqrt(); }`,
  },
  {
    name: 'a matrix the wrong way round',
    exercise: 'matrix',
    points: 1.2,
    code: `
function distanceMatrix(a: tf.Tensor2D, b: tf.Tensor2D) { return tf.tidy(() => a.square().sum(1).expandDims(1).add(b.square().sum(1).expandDims(0)).sub(a.matMul(b, false, true).mul(2)).maximum(0).sqrt().transpose()); }`,
  },
  {
    name: 'a vote of the nearest alone',
    exercise: 'vote',
    points: 2.25,
    code: `
function vote(distances: any, labels: any, k: number) { let best = 0; for (let i = 0; i < distances.length; i++) if (distances[i] < distances[best]) best = i; return labels[best]; }`,
  },
  {
    name: 'a vote whose ties go to the smallest label',
    exercise: 'vote',
    points: 2.25,
    code: `
function vote(distances: any, labels: any, k: number) { const order = Array.from(distances as number[], (_, i) => i).sort((i, j) => distances[i] - distances[j]).slice(0, k); const votes = new Array(10).fill(0); for (const i of order) votes[labels[i]]++; return votes.indexOf(Math.max(...votes)); }`,
  },
  {
    name: 'a vote that is rejected',
    exercise: 'vote',
    points: 0,
    code: "async function vote() { throw new Error('no idea'); }",
  },
  {
    name: 'folds that take every second number',
    exercise: 'folds',
    points: 0.5,
    code: `
function folds(count: number, parts: number) { const all = Array.from({ length: count }, (_, i) => i); return Array.from({ length: parts }, (_, p) => ({ train: all.filter((i) => i % parts !== p), validation: all.filter((i) => i % parts === p) })); }`,
  },
  {
    name: 'folds that share one list',
    exercise: 'folds',
    points: 0,
    code: 'function folds(count: number, parts: number) { return new Array(parts).fill({ train: [], validation: [] }); }',
  },
  {
    name: 'a best k that is text',
    exercise: 'best-k',
    points: 0,
    code: 'function bestK(results: any) { return Object.keys(results).sort((a, b) => results[b].reduce((x: number, y: number) => x + y) - results[a].reduce((x: number, y: number) => x + y))[0]; }',
  },
  {
    name: 'a best k that is the largest of equals',
    exercise: 'best-k',
    points: 1.33,
    code: `
function bestK(results: any) { let best = 0, top = -1; for (const k of Object.keys(results).map(Number).sort((a, b) => a - b)) { const m = results[k].reduce((x: number, y: number) => x + y) / results[k].length; if (m >= top) { top = m; best = k; } } return best; }`,
  },
  {
    name: 'scores without b',
    exercise: 'scores',
    points: 0,
    code: 'function scores(W: number[][], b: number[], x: number[]) { return W.map((row) => row.reduce((s, w, i) => s + w * x[i]!, 0)); }',
  },
  {
    name: 'a softmax that overflows',
    exercise: 'softmax',
    points: 1,
    code: 'function softmax(s: number[]) { const e = s.map(Math.exp); const sum = e.reduce((a, b) => a + b); return e.map((v) => v / sum); }',
  },
  {
    name: 'a softmax to base 2',
    exercise: 'softmax',
    points: 1.5,
    code: 'function softmax(s: number[]) { const e = s.map((v) => 2 ** v); const sum = e.reduce((a, b) => a + b); return e.map((v) => v / sum); }',
  },
  {
    name: 'a softmax that learnt the visible cases',
    exercise: 'softmax',
    points: 1,
    code: 'function softmax(s: number[]) { return s[0] === 3.2 ? [0.13, 0.869, 0.001] : s.map(() => 1 / s.length).map((v) => (s[0] === 0 || s[0] === 2 ? v : 0)); }',
  },
  {
    name: 'a hinge loss with the right class in it',
    exercise: 'hinge',
    points: 0,
    code: 'function hingeLoss(s: number[], label: number) { return s.reduce((sum, v) => sum + Math.max(0, v - s[label]! + 1), 0); }',
  },
  {
    name: 'a squared hinge loss',
    exercise: 'hinge',
    points: 0.5,
    code: 'function hingeLoss(s: number[], label: number) { return s.reduce((sum, v, j) => (j === label ? sum : sum + Math.max(0, v - s[label]! + 1) ** 2), 0); }',
  },
  {
    name: 'a cross-entropy to base 10',
    exercise: 'cross-entropy',
    points: 0,
    code: 'function crossEntropy(s: number[], label: number) { return -Math.log10(softmax(s)[label]!); }',
  },
  {
    name: 'a cross-entropy that overflows',
    exercise: 'cross-entropy',
    points: 1,
    code: 'function crossEntropy(s: number[], label: number) { return -Math.log(Math.exp(s[label]!) / s.reduce((a, v) => a + Math.exp(v), 0)); }',
  },
  {
    name: 'a gradient uphill',
    exercise: 'gradient',
    points: 0,
    code: 'function gradient(W: number[][], b: number[], x: number[], label: number) { const db = softmax(scores(W, b, x)).map((p, c) => (c === label ? 1 : 0) - p); return { dW: db.map((d) => x.map((v) => d * v)), db }; }',
  },
  {
    name: 'a gradient that forgets the pixels',
    exercise: 'gradient',
    points: 0.75,
    code: 'function gradient(W: number[][], b: number[], x: number[], label: number) { const db = softmax(scores(W, b, x)).map((p, c) => p - (c === label ? 1 : 0)); return { dW: db.map((d) => x.map(() => d)), db }; }',
  },
  {
    name: 'a gradient with a key more',
    exercise: 'gradient',
    points: 3,
    code: 'function gradient(W: number[][], b: number[], x: number[], label: number) { const db = softmax(scores(W, b, x)).map((p, c) => p - (c === label ? 1 : 0)); return { dW: db.map((d) => x.map((v) => d * v)), db, loss: 1 }; }',
  },
  {
    name: 'a classifier that was never trained',
    exercise: 'train',
    points: 0.5,
    code: 'async function trainLinear(x: any, labels: any) { return { W: tf.zeros([784, 10]), b: tf.zeros([10]) }; }',
  },
  {
    name: 'a classifier the wrong way round',
    exercise: 'train',
    points: 0,
    code: 'async function trainLinear(x: any, labels: any) { return { W: tf.zeros([10, 784]), b: tf.zeros([10]) }; }',
  },
  {
    name: 'a classifier that is NaN',
    exercise: 'train',
    points: 0.5,
    code: 'async function trainLinear(x: any, labels: any) { return { W: tf.fill([784, 10], NaN), b: tf.fill([10], NaN) }; }',
  },
  {
    name: 'a classifier that throws',
    exercise: 'train',
    points: 0,
    code: "async function trainLinear() { throw new Error('out of ideas'); }",
  },
  {
    name: 'an angle by atan',
    exercise: 'polar',
    points: 1,
    code: 'function toPolar([x, y]: any) { return [Math.hypot(x, y), Math.atan(y / x)]; }',
  },
  {
    name: 'an angle in degrees',
    exercise: 'polar',
    points: 0,
    code: 'function toPolar([x, y]: any) { return [Math.hypot(x, y), (Math.atan2(y, x) * 180) / Math.PI]; }',
  },
];

/** Wrong and hostile answers to assignment A1. */
export const a1: Answer[] = [
  ...wrongAnswers,
  {
    name: 'a getter that throws, inside an object',
    exercise: 'gradient',
    points: 0,
    code: "function gradient() { return { get dW() { throw new Error('no'); }, get db() { throw new Error('no'); } }; }",
  },
  ...hostileAnswers({
    exercise: 'polar',
    name: 'toPolar',
    points: 2,
    right: 'function toPolar([x, y]: any) { return [Math.hypot(x, y), Math.atan2(y, x)]; }',
  }),
];
