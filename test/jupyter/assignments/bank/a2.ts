import { type Answer, half } from './answer.ts';
import { hostileAnswers } from './hostile.ts';

/** Activations with something else in their parts. */
const activations = (parts: { leak?: string; sigmoidSlope?: string; other?: string }) => `
function activate(name: string, x: number): number {
  if (name === 'sigmoid') return 1 / (1 + Math.exp(-x));
  if (name === 'tanh') return Math.tanh(x);
  if (name === 'relu') return Math.max(0, x);
  if (name === 'leaky') return x > 0 ? x : ${parts.leak ?? '0.1'} * x;
  if (name === 'elu') return x > 0 ? x : Math.exp(x) - 1;
  ${parts.other ?? "throw new Error('no such activation ' + name);"}
}
function slope(name: string, x: number): number {
  const f = activate(name, x);
  if (name === 'sigmoid') return ${parts.sigmoidSlope ?? 'f * (1 - f)'};
  if (name === 'tanh') return 1 - f * f;
  if (x > 0) return 1;
  return name === 'relu' ? 0 : name === 'leaky' ? ${parts.leak ?? '0.1'} : f + 1;
}`;

const value = (backward: string, reluSlope = 'this.data > 0 ? 1 : 0') => `
class Value {
  grad = 0; data: number; parents: [Value, number][];
  constructor(data: number, parents: [Value, number][] = []) { this.data = data; this.parents = parents; }
  plus(other: Value): Value { return new Value(this.data + other.data, [[this, 1], [other, 1]]); }
  times(other: Value): Value { return new Value(this.data * other.data, [[this, other.data], [other, this.data]]); }
  relu(): Value { return new Value(Math.max(0, this.data), [[this, ${reluSlope}]]); }
  backward(): void { ${backward} }
}`;
const topological = (add: string) => `
  const order: Value[] = []; const seen = new Set<Value>();
  const visit = (v: Value) => { if (seen.has(v)) return; seen.add(v); for (const [p] of v.parents) visit(p); order.push(v); };
  visit(this); this.grad = 1;
  for (const v of order.reverse()) for (const [p, d] of v.parents) ${add};`;

const mlp = (parts: { n?: string; gate?: string; loss?: string }) => `
interface Weights { W1: tf.Tensor2D; b1: tf.Tensor1D; W2: tf.Tensor2D; b2: tf.Tensor1D }
function mlpGradients({ W1, b1, W2, b2 }: Weights, x: tf.Tensor2D, target: tf.Tensor2D): any {
  const h = tf.relu(x.matMul(W1).add(b1)) as tf.Tensor2D;
  const p = tf.softmax(h.matMul(W2).add(b2)) as tf.Tensor2D;
  const mean = p.mul(target).sum(1).log().mean().neg();
  const ds = p.sub(target).div(${parts.n ?? 'x.shape[0]'}) as tf.Tensor2D;
  const dh = ds.matMul(W2, false, true).mul(${parts.gate ?? 'h.greater(0)'}) as tf.Tensor2D;
  return { loss: ${parts.loss ?? 'mean.dataSync()[0]'}, W1: x.matMul(dh, true), b1: dh.sum(0), W2: h.matMul(ds, true), b2: ds.sum(0) };
}`;

const batchNorm = (parts: { by?: string; root?: string; out?: string }) => `
function batchNorm(x: number[][], gamma: number[], beta: number[]) {
  const over = (f: (row: number[]) => number, by = x.length) => x.reduce((s, row) => s + f(row), 0) / by;
  const mean = gamma.map((_, i) => over((row) => row[i]!));
  const variance = gamma.map((_, i) => over((row) => (row[i]! - mean[i]!) ** 2, ${parts.by ?? 'x.length'}));
  const y = x.map((row) => row.map((v, i) => { const n = (v - mean[i]!) / Math.sqrt(variance[i]!${parts.root ?? ' + 1e-5'}); return ${parts.out ?? 'gamma[i]! * n + beta[i]!'}; }));
  return { y, mean, variance };
}`;

const trainer = (body: string) =>
  `import { Dense, Sequential } from 'convbook';\nasync function trainMlp(x: any, labels: any): Promise<any> { ${body} }`;

const wrong: Answer[] = [
  half('activations', 'activations that take any name', 2.7, activations({ other: 'return x;' })),
  half('activations', 'a leak of a hundredth', 1.8, activations({ leak: '0.01' })),
  half('activations', 'a slope of sigmoid without its second half', 1.8, activations({ sigmoidSlope: 'f' })),
  half('autodiff', 'gradients that replace each other', 2.33, value(topological('p.grad = v.grad * d'))),
  half(
    'autodiff',
    'gradients that are handed on too early',
    3.33,
    value(`
  this.grad = 1; const queue: Value[] = [this]; const seen = new Set<Value>(queue);
  for (const v of queue) for (const [p, d] of v.parents) { p.grad += v.grad * d; if (!seen.has(p)) { seen.add(p); queue.push(p); } }`),
  ),
  half('autodiff', 'a relu that lets everything back', 3.33, value(topological('p.grad += v.grad * d'), '1')),
  half('autodiff', 'a machine that only computes', 1, value('')),
  half(
    'numeric',
    'a step to one side',
    1.5,
    'function numericGradient(f: any, x: number[]) { const h = 1e-4; return x.map((_, i) => (f(x.map((v, j) => (j === i ? v + h : v))) - f(x)) / h); }',
  ),
  half(
    'numeric',
    'steps that are never taken back',
    1.5,
    'function numericGradient(f: any, x: number[]) { const h = 1e-4; return x.map((_, i) => { x[i]! += h; const up = f(x); x[i]! -= 2 * h; return (up - f(x)) / (2 * h); }); }',
  ),
  half(
    'numeric',
    'a gradient of zeros',
    0.25,
    'function numericGradient(f: any, x: number[]) { return x.map(() => 0); }',
  ),
  half(
    'momentum',
    'momentum without a memory',
    1.42,
    'function momentum(rate: number, mu: number) { return (w: number[], g: number[]) => w.map((v, i) => v - rate * g[i]!); }',
  ),
  half(
    'momentum',
    'a memory that all optimisers share',
    1.14,
    'let shared: number[] = [];\nfunction momentum(rate: number, mu: number) { return (w: number[], g: number[]) => { shared = g.map((v, i) => mu * (shared[i] ?? 0) + v); return w.map((v, i) => v - rate * shared[i]!); }; }',
  ),
  half(
    'momentum',
    'steps written into the list that came in',
    1.71,
    'function momentum(rate: number, mu: number) { let v: number[] = []; return (w: number[], g: number[]) => { v = g.map((s, i) => mu * (v[i] ?? 0) + s); for (let i = 0; i < w.length; i++) w[i]! -= rate * v[i]!; return w; }; }',
  ),
  half(
    'adam',
    'Adam without its correction',
    0.3,
    'function adam(rate = 0.001, b1 = 0.9, b2 = 0.999, eps = 1e-7) { let m: number[] = [], s: number[] = []; return (w: number[], g: number[]) => { m = g.map((v, i) => b1 * (m[i] ?? 0) + (1 - b1) * v); s = g.map((v, i) => b2 * (s[i] ?? 0) + (1 - b2) * v * v); return w.map((v, i) => v - rate * m[i]! / (Math.sqrt(s[i]!) + eps)); }; }',
  ),
  half(
    'adam',
    'Adam whose correction eats its memory',
    1.2,
    'function adam(rate = 0.001, b1 = 0.9, b2 = 0.999, eps = 1e-7) { let m: number[] = [], s: number[] = [], t = 0; return (w: number[], g: number[]) => { t++; m = g.map((v, i) => (b1 * (m[i] ?? 0) + (1 - b1) * v) / (1 - b1 ** t)); s = g.map((v, i) => (b2 * (s[i] ?? 0) + (1 - b2) * v * v) / (1 - b2 ** t)); return w.map((v, i) => v - rate * m[i]! / (Math.sqrt(s[i]!) + eps)); }; }',
  ),
  half(
    'he',
    'the variance in the place of the deviation',
    1,
    'function heWeights(a: number, b: number, normal: () => number) { return Array.from({ length: a }, () => Array.from({ length: b }, () => (2 / a) * normal())); }',
  ),
  half(
    'he',
    'one number for all weights',
    1.33,
    'function heWeights(a: number, b: number, normal: () => number) { const n = normal(); return Array.from({ length: a }, () => new Array(b).fill(Math.sqrt(2 / a) * n)); }',
  ),
  half(
    'he',
    "Glorot's rule",
    0.66,
    'function heWeights(a: number, b: number, normal: () => number) { return Array.from({ length: a }, () => Array.from({ length: b }, () => Math.sqrt(1 / a) * normal())); }',
  ),
  half('batchnorm', 'the variance of a sample', 1.2, batchNorm({ by: 'x.length - 1' })),
  half('batchnorm', 'no epsilon', 2.4, batchNorm({ root: '' })),
  half('batchnorm', 'gamma and beta left out', 1.8, batchNorm({ out: 'n' })),
  half(
    'dropout',
    'dropout without scaling',
    0.5,
    'function dropout(x: number[], rate: number, random: () => number, training: boolean) { return training ? x.map((v) => (random() < rate ? 0 : v)) : x; }',
  ),
  half(
    'dropout',
    'dropout in inference, too',
    1.5,
    'function dropout(x: number[], rate: number, random: () => number) { return x.map((v) => (random() < rate ? 0 : v / (1 - rate))); }',
  ),
  half(
    'dropout',
    'dropout of the others',
    0.5,
    'function dropout(x: number[], rate: number, random: () => number, training: boolean) { return training ? x.map((v) => (random() >= rate ? 0 : v / (1 - rate))) : x; }',
  ),
  half(
    'penalty',
    'derivatives without the 2',
    1,
    'function penalty(layers: number[][][], k: number) { return { value: k * layers.flat(2).reduce((s, w) => s + w * w, 0), gradients: layers.map((W) => W.map((r) => r.map((w) => k * w))) }; }',
  ),
  half(
    'penalty',
    'the first layer alone',
    1,
    'function penalty(layers: number[][][], k: number) { const W = layers[0]!; return { value: k * W.flat().reduce((s, w) => s + w * w, 0), gradients: [W.map((r) => r.map((w) => 2 * k * w))] }; }',
  ),
  half(
    'penalty',
    'the sum of absolute values',
    0,
    'function penalty(layers: number[][][], k: number) { return { value: k * layers.flat(2).reduce((s, w) => s + Math.abs(w), 0), gradients: layers.map((W) => W.map((r) => r.map((w) => k * Math.sign(w)))) }; }',
  ),
  half(
    'cosine',
    'a single cycle',
    1,
    'function cyclicRate(step: number, cycle: number, high: number, low: number) { return low + 0.5 * (high - low) * (1 + Math.cos(Math.PI * Math.min(1, step / cycle))); }',
  ),
  half(
    'cosine',
    'a straight line',
    0,
    'function cyclicRate(step: number, cycle: number, high: number, low: number) { return high - (high - low) * ((step % cycle) / cycle); }',
  ),
  half(
    'stopping',
    'no patience at all',
    0.5,
    'function earlyStopping(l: number[], patience: number) { return { best: l.indexOf(Math.min(...l)), stopped: l.length - 1 }; }',
  ),
  half(
    'stopping',
    'a patience that never comes back',
    1.5,
    'function earlyStopping(l: number[], patience: number) { let best = 0, bad = 0; for (let e = 1; e < l.length; e++) { if (l[e]! < l[best]!) best = e; else if (++bad >= patience) return { best, stopped: e }; } return { best, stopped: l.length - 1 }; }',
  ),
  half(
    'stopping',
    'equal taken for lower',
    1.5,
    'function earlyStopping(l: number[], patience: number) { let best = 0, bad = 0; for (let e = 1; e < l.length; e++) { if (l[e]! <= l[best]!) { best = e; bad = 0; } else if (++bad >= patience) return { best, stopped: e }; } return { best, stopped: l.length - 1 }; }',
  ),
  half('mlp', 'the gradient of the sum', 1.09, mlp({ n: '1' })),
  half('mlp', 'a ReLU that is open on the way back', 2.9, mlp({ gate: '1' })),
  half('mlp', 'a loss that is a tensor', 3.27, mlp({ loss: 'mean' })),
  half(
    'train',
    'a network that was never trained',
    0.5,
    trainer('return new Sequential([new Dense({ units: 10 })]);'),
  ),
  half('train', 'a network that throws', 0, trainer("throw new Error('out of ideas');")),
  half('train', 'a network that is none', 0, trainer('return { accuracy: 1 };')),
  half(
    'train',
    'scores that are NaN',
    0.5,
    trainer('return { apply: (x: any) => tf.fill([x.shape[0], 10], NaN) };'),
  ),
];

/** Wrong and hostile answers to assignment A2. */
export const a2: Answer[] = [
  ...wrong,
  ...hostileAnswers({
    exercise: 'cosine',
    name: 'cyclicRate',
    points: 2,
    right:
      'function cyclicRate(step: number, cycle: number, high: number, low: number) { return low + 0.5 * (high - low) * (1 + Math.cos((Math.PI * (step % cycle)) / cycle)); }',
  }),
];
