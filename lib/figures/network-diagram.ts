import { Drawing } from './figure.ts';
import { open, text } from './svg.ts';
import { at, textWidth } from './text.ts';

/** What the drawing needs of a layer: the layers of lib/layers fit. */
export interface DrawableLayer {
  readonly kind: string;
  outputShape(inputShape: readonly number[]): readonly number[];
  cost(inputShape: readonly number[]): readonly {
    readonly kind: string;
    readonly outputShape: readonly number[];
    readonly weights: readonly { readonly shape: readonly number[] }[];
  }[];
  children?(): readonly (readonly [string, DrawableLayer])[];
}

export interface NetworkDiagramOptions {
  title?: string;
  /** Default: the layers with their output shapes in words. */
  alt?: string;
  /** Stages in one row; default 8. */
  perRow?: number;
}

interface Stage {
  names: string[];
  shape: readonly number[];
  parameters: number;
}

const COLOURS: [RegExp, string][] = [
  [/^Input$/, '#d9d9d9'],
  [/Conv|Inception|Block|Bottleneck/, '#9ecae1'],
  [/Pool|Subsampling/, '#fdd0a2'],
  [/Dense|RBF|Maxout|GRU|LSTM/, '#a1d99b'],
];

/**
 * A network as a drawing: one solid body for each stage, as high as its image and as deep as its channels (roots of both,
 * so that the small ones are seen), with its output shape and its number of parameters. Layers that change no shape and
 * have no weights (activations, dropout) stand with the layer before them.
 *
 * @example
 * import { Conv2D, Dense, Flatten, MaxPool2D, networkDiagram, Sequential } from 'convbook';
 * const model = new Sequential([new Conv2D({ filters: 6, kernelSize: 5 }), new MaxPool2D(), new Flatten(), new Dense({ units: 10 })]);
 * networkDiagram(model, [28, 28, 1], { title: 'A small CNN' });
 */
export function networkDiagram(
  model: DrawableLayer,
  inputShape: readonly number[],
  options: NetworkDiagramOptions = {},
): Drawing {
  const stages = stagesOf(model, inputShape);
  const { title = '', perRow = 8 } = options;
  const columns = Math.min(perRow, stages.length);
  const rows = Math.ceil(stages.length / perRow);
  const [cell, rowHeight] = [118, 214];
  const width = columns * cell + 24;
  const top = title ? 36 : 6;
  const largest = Math.max(
    ...stages.map(({ shape }) => (shape.length === 3 ? Math.max(shape[0]!, shape[1]!) : 1)),
  );
  const body = stages.map((stage, i) => {
    const x = 12 + (i % perRow) * cell;
    const y = top + Math.floor(i / perRow) * rowHeight;
    const arrow =
      i % perRow === 0
        ? ''
        : `<path d="M${at(x - 10)} ${at(y + 82)}h14m-5 -4l5 4l-5 4" fill="none" stroke="#555" stroke-width="1.5"/>`;
    return (
      arrow +
      drawStage(stage, x + cell / 2 + 4, y + 82, largest) +
      captions(stage, x + cell / 2 + 4, y + 162, cell - 8)
    );
  });
  const alt =
    options.alt ??
    `${title || 'Network'}: ${stages.map((s) => `${s.names.join(' + ')} ${s.shape.join(' x ')}`).join(', then ')}.`;
  const heading = text(width / 2, 24, title, 'text-anchor="middle" font-size="16" font-weight="bold"');
  return new Drawing(`${open(width, top + rows * rowHeight, alt)}${heading}${body.join('')}</svg>`, alt);
}

function stagesOf(model: DrawableLayer, inputShape: readonly number[]): Stage[] {
  const stages: Stage[] = [{ names: ['Input'], shape: inputShape, parameters: 0 }];
  const add = (kind: string, shape: readonly number[], parameters: number) => {
    const last = stages.at(-1)!;
    const quiet = parameters === 0 || kind === 'BatchNorm';
    if (quiet && shape.join() === last.shape.join() && stages.length > 1) {
      last.names.push(kind);
      last.parameters += parameters;
    } else stages.push({ names: [kind], shape, parameters });
  };
  const count = (rows: ReturnType<DrawableLayer['cost']>) =>
    rows.reduce(
      (sum, row) => sum + row.weights.reduce((s, w) => s + w.shape.reduce((a, b) => a * b, 1), 0),
      0,
    );
  if (model.kind === 'Sequential' && model.children) {
    let shape = inputShape;
    for (const [, layer] of model.children()) {
      const next = layer.outputShape(shape);
      add(layer.kind, next, count(layer.cost(shape)));
      shape = next;
    }
  } else for (const row of model.cost(inputShape)) add(row.kind, row.outputShape, count([row]));
  return stages;
}

function drawStage({ names, shape }: Stage, x: number, y: number, largest: number): string {
  const fill = COLOURS.find(([pattern]) => pattern.test(names[0]!))?.[1] ?? '#dadaeb';
  const edge = 'stroke="#333" stroke-width="1"';
  if (shape.length !== 3) {
    const height = Math.min(140, 16 + 9 * Math.sqrt(shape.reduce((a, b) => a * b, 1)));
    return `<rect x="${at(x - 7)}" y="${at(y - height / 2)}" width="14" height="${at(height)}" fill="${fill}" ${edge}/>`;
  }
  const [h, w, c] = shape as [number, number, number];
  const high = 12 + 78 * Math.sqrt(h / largest);
  const deep = (12 + 78 * Math.sqrt(w / largest)) * 0.36;
  const wide = Math.min(50, 4 + 3.2 * Math.sqrt(c));
  // The front is the thickness of the channels; height and width of the image go up and back.
  const [left, top] = [x - (wide + deep) / 2, y - (high - deep) / 2];
  const front = `<rect x="${at(left)}" y="${at(top)}" width="${at(wide)}" height="${at(high)}" fill="${fill}" ${edge}/>`;
  const lid = `<path d="M${at(left)} ${at(top)}l${at(deep)} ${at(-deep)}h${at(wide)}l${at(-deep)} ${at(deep)}Z" fill="${fill}" fill-opacity="0.6" ${edge}/>`;
  const side = `<path d="M${at(left + wide)} ${at(top)}l${at(deep)} ${at(-deep)}v${at(high)}l${at(-deep)} ${at(deep)}Z" fill="${fill}" fill-opacity="0.8" ${edge}/>`;
  return front + lid + side;
}

function captions({ names, shape, parameters }: Stage, x: number, y: number, room: number): string {
  const lines = [names[0]!, ...(names.length > 1 ? [`+ ${names.slice(1).join(', ')}`] : [])];
  const parts = [
    ...lines.map((line, i) => ({ line, bold: i === 0 })),
    { line: shape.join(' × '), bold: false },
  ];
  if (parameters > 0) parts.push({ line: `${parameters.toLocaleString('en-US')} parameters`, bold: false });
  return parts
    .map(({ line, bold }, i) => {
      const size = Math.max(8, Math.min(12, Math.floor((12 * room) / textWidth(line, 12))));
      return text(
        x,
        y + i * 14,
        line,
        `text-anchor="middle" font-size="${size}"${bold ? ' font-weight="bold"' : ''}`,
      );
    })
    .join('');
}
