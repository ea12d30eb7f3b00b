import { type Answer, half } from './answer.ts';
import { hostileAnswers } from './hostile.ts';

const spec = `type LayerSpec =
  | { kind: 'conv'; filters: number; size: number; stride: number; padding: number }
  | { kind: 'pool'; size: number; stride: number }
  | { kind: 'dense'; units: number };
`;
const trace = (parts: { round?: string; next?: string }) => `${spec}
function trace(layers: any[], input: number[]): number[][] {
  let shape = input;
  return layers.map((l) => {
    const along = (n: number) => ${parts.round ?? 'Math.floor'}((n - l.size + 2 * (l.padding ?? 0)) / l.stride) + 1;
    const out = l.kind === 'dense' ? [l.units] : [along(shape[0]!), along(shape[1]!), l.kind === 'conv' ? l.filters : shape[2]!];
    shape = ${parts.next ?? 'out'};
    return out;
  });
}`;

const count = (parts: { filter?: string; dense?: string }) => `
function countParameters(layers: any[], input: number[]): number {
  const shapes = [input, ...trace(layers, input)];
  return layers.reduce((sum, l, i) => sum + (l.kind === 'conv' ? l.filters * (${parts.filter ?? 'l.size ** 2 * shapes[i]![2]! + 1'}) : l.kind === 'dense' ? l.units * (${parts.dense ?? 'shapes[i]!.reduce((a, b) => a * b, 1) + 1'}) : 0), 0);
}`;

const grouped = (kernel: string, padding: string, tidy = true) => {
  const body = `const parts = tf.split(x, kernels.length, 3); return tf.concat(parts.map((p: any, i: number) => tf.conv2d(p, ${kernel}, 1, '${padding}')), 3);`;
  return `function groupedConv(x: any, kernels: any[]): any { if (x.shape[3] % kernels.length) throw new Error('groups'); ${tidy ? `return tf.tidy(() => { ${body} });` : body} }`;
};

const inception = (parts: { depth?: string; three?: string; reduce?: string }) =>
  `function inceptionCost(side: number, depth: number, m: any) { return { depth: m.one + m.three + m.five + ${parts.depth ?? '(m.project || depth)'}, multiplyAdds: side * side * (depth * (m.one + ${parts.reduce ?? 'm.reduce3 + m.reduce5 + m.project'}) + 9 * ${parts.three ?? '(m.reduce3 || depth)'} * m.three + 25 * (m.reduce5 || depth) * m.five) }; }`;

const residual = (parts: { check?: boolean; out?: string; around?: string }) =>
  `function residual(x: any, body: any, projection?: any): any { return tf.tidy(() => { const y = body(x); const s = ${parts.around ?? '(projection ? projection(x) : x)'}; ${parts.check === false ? '' : "if (String(y.shape) !== String(s.shape)) throw new Error('shapes ' + y.shape + ' and ' + s.shape);"} return ${parts.out ?? 'tf.relu(y.add(s))'}; }); }`;

const topK = (parts: { k?: string; tie?: string; side?: string }) =>
  `function topKError(scores: number[][], labels: number[], k: number) { return scores.filter((s, i) => { const y = labels[i]!; return s.filter((v, j) => v > s[y]! ${parts.tie ?? '|| (v === s[y] && j < y)'}).length ${parts.side ?? '>='} ${parts.k ?? 'k'}; }).length / scores.length; }`;

const head = (body: string) =>
  `async function trainHead(f: any, labels: any, classes: number): Promise<any> { ${body} }`;
const transfer = (body: string) =>
  `async function transfer(net: any, images: any, labels: any, classes: number): Promise<any> { ${body} }`;

const wrong: Answer[] = [
  half('trace', 'sizes that are not rounded', 1.71, trace({ round: '' })),
  half('trace', 'every layer on the input', 0.57, trace({ next: 'shape' })),
  half(
    'count',
    'weights without biases',
    0,
    count({ filter: 'l.size ** 2 * shapes[i]![2]!', dense: 'shapes[i]!.reduce((a, b) => a * b, 1)' }),
  ),
  half('count', 'dense layers that see channels only', 0, count({ dense: 'shapes[i]!.at(-1)! + 1' })),
  half('count', 'filters without a depth', 0, count({ filter: 'l.size ** 2 + 1' })),
  half(
    'count',
    'numbers that were looked up',
    1.5,
    'function countParameters(layers: any[], input: number[]) { return layers.length > 3 ? 61706 : layers[0].kind === "pool" ? 0 : layers[0].kind === "conv" ? 760 : 7850; }',
  ),
  half(
    'anatomy',
    'the layer with the most parameters',
    1,
    "function anatomy(net: any) { const { rows, totals } = summary(net); return { denseShare: rows.filter((r) => r.kind === 'Dense').reduce((s, r) => s + r.parameters, 0) / totals.parameters, busiest: rows.reduce((b, r) => (r.parameters > b.parameters ? r : b)).path }; }",
  ),
  half(
    'anatomy',
    'the share of the layers',
    0.5,
    "function anatomy(net: any) { const { rows } = summary(net); return { denseShare: rows.filter((r) => r.kind === 'Dense').length / rows.length, busiest: rows.reduce((b, r) => (r.multiplyAdds > b.multiplyAdds ? r : b)).path }; }",
  ),
  half(
    'stack',
    'a field of 3 n',
    0.5,
    'function compare(n: number, c: number) { return { field: 3 * n, stacked: 9 * n * c * c, single: 9 * n * n * c * c }; }',
  ),
  half(
    'stack',
    'filters for one channel',
    0.5,
    'function compare(n: number, c: number) { const field = 2 * n + 1; return { field, stacked: 9 * n * c, single: field * field * c }; }',
  ),
  half('grouped', 'groups that leak tensors', 2.66, grouped('kernels[i]', 'same', false)),
  half('grouped', 'one kernel for all groups', 1.66, grouped('kernels[0]', 'same')),
  half('grouped', 'groups without padding', 1.33, grouped('kernels[i]', 'valid')),
  half('grouped', 'no groups', 0.33, "function groupedConv() { throw new Error('groups'); }"),
  half('inception', 'a pooling that loses its depth', 1.87, inception({ depth: 'm.project' })),
  half('inception', 'reductions that cost nothing', 1.87, inception({ reduce: 'm.project' })),
  half('inception', 'filters on the whole depth', 2.25, inception({ three: 'depth' })),
  half('residual', 'the ReLU before the sum', 2.25, residual({ out: 'tf.relu(y).add(s)' })),
  half('residual', 'shapes that nobody compares', 2.62, residual({ check: false })),
  half('residual', 'no ReLU at all', 2.25, residual({ out: 'y.add(s)' })),
  half('residual', 'a projection that is not used', 2.25, residual({ around: 'x' })),
  half(
    'depth',
    'bottlenecks of two',
    0.5,
    'function resnetName(blocks: number[]) { return "ResNet-" + (2 + 2 * blocks.reduce((a, b) => a + b)); }',
  ),
  half(
    'depth',
    'the last layer forgotten',
    0,
    'function resnetName(blocks: number[], deep: boolean) { return "ResNet-" + (1 + (deep ? 3 : 2) * blocks.reduce((a, b) => a + b)); }',
  ),
  half(
    'depth',
    'a number',
    0,
    'function resnetName(blocks: number[], deep: boolean) { return 2 + (deep ? 3 : 2) * blocks.reduce((a, b) => a + b); }',
  ),
  half('topk', 'the best guess alone', 1, topK({ k: '1' })),
  half('topk', 'the share of right answers', 0, topK({ side: '<' })),
  half('topk', 'equal scores in the favour of the label', 1.66, topK({ tie: '' })),
  half(
    'ensemble',
    'a vote',
    0.85,
    'function ensemble(members: number[][][]) { return members[0]!.map((row, n) => { const votes = row.map(() => 0); for (const m of members) { const s = m[n]!; votes[s.indexOf(Math.max(...s))]!++; } return votes.indexOf(Math.max(...votes)); }); }',
  ),
  half(
    'ensemble',
    'the first member alone',
    0.57,
    'function ensemble(members: number[][][]) { return members[0]!.map((s) => s.indexOf(Math.max(...s))); }',
  ),
  half(
    'ensemble',
    'the last of equals',
    1.71,
    'function ensemble(members: number[][][]) { return members[0]!.map((row, n) => { const sums = row.map((_, c) => members.reduce((s, m) => s + m[n]![c]!, 0)); return sums.lastIndexOf(Math.max(...sums)); }); }',
  ),
  half(
    'design',
    'a single dense layer',
    1.5,
    'import { GlobalAvgPool } from "convbook";\nfunction smallNet(): any { return new Sequential([new Flatten(), new Dense({ units: 10 })]); }',
  ),
  half(
    'design',
    'a network that spends too much',
    0.5,
    'import { GlobalAvgPool } from "convbook";\nfunction smallNet(): any { return new Sequential([new Conv2D({ filters: 16, kernelSize: 5 }), new Conv2D({ filters: 32, kernelSize: 5 }), new Flatten(), new Dense({ units: 10 })]); }',
  ),
  half('features', 'the scores', 0.28, 'function features(net: any, x: any): any { return net.apply(x); }'),
  half(
    'features',
    'features that leak tensors',
    1.71,
    'function features(net: any, x: any): any { return net.layers.slice(0, -1).reduce((y: any, layer: any) => layer.apply(y), x); }',
  ),
  half('head', 'a head of zeros', 0.5, head('return { W: tf.zeros([48, 5]), b: tf.zeros([5]) };')),
  half('head', 'a head of NaN', 0.5, head('return { W: tf.fill([48, 5], NaN), b: tf.fill([5], NaN) };')),
  half('head', 'a head the wrong way round', 0, head('return { W: tf.zeros([5, 48]), b: tf.zeros([5]) };')),
  half('head', 'a head that throws', 0, head("throw new Error('no head');")),
  half(
    'finetune',
    'a new head that was not trained',
    2.66,
    transfer(
      'const shared = net.layers.slice(0, -1); for (const l of shared) l.freeze(); return new Sequential([...shared, new Dense({ units: classes })]).build([28, 28, 1], 9);',
    ),
  ),
  half('finetune', 'a transfer that throws', 0, transfer("throw new Error('rejected');")),
];

/** Wrong and hostile answers to assignment A4. */
export const a4: Answer[] = [
  ...wrong,
  ...hostileAnswers({
    exercise: 'ensemble',
    name: 'ensemble',
    points: 2,
    right:
      'function ensemble(members: number[][][]) { return members[0]!.map((row, n) => { const sums = row.map((_, c) => members.reduce((s, m) => s + m[n]![c]!, 0)); return sums.indexOf(Math.max(...sums)); }); }',
  }),
];
