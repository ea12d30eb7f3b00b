import { pictureGrid, pictureLayout, type Values } from './pictures.ts';
import { enlarge, pngBase64 } from './png.ts';
import { escapeHtml, type Rendered, shortBytes, shortNumber } from './rendered.ts';

/** What a tensor is, without importing tfjs: the kernel must start fast and must not load an engine. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  readonly name?: string;
  dataSync(): ArrayLike<number | string>;
  data(): Promise<ArrayLike<number | string>>;
}

export function isTensor(value: unknown): value is TensorLike {
  const t = value as Partial<TensorLike> | null;
  return (
    typeof t === 'object' &&
    t !== null &&
    Array.isArray(t.shape) &&
    typeof t.dtype === 'string' &&
    typeof t.dataSync === 'function' &&
    typeof t.isDisposed === 'boolean'
  );
}

/** Values read for statistics at most: more would make a glance at a data set cost seconds. */
const MOST_READ = 1 << 22;
const BYTES: Record<string, number> = { float32: 4, int32: 4, bool: 1, complex64: 8 };

/** A tensor by its shape, type, size, statistics and, where it reads as images, a small picture. Never a whole dump. */
export function renderTensor(tensor: TensorLike): Rendered | Promise<Rendered> {
  const title = titleOf(tensor);
  if (tensor.isDisposed) return plain(`${title}, disposed: its memory was freed by dispose() or tidy()`);
  if (tensor.size === 0) return plain(`${title}, no values`);
  if (tensor.dtype === 'complex64') return plain(`${title}, complex values`);
  const part = readable(tensor);
  try {
    const values = part.tensor.dataSync();
    part.dispose();
    return renderValues(tensor, title, values);
  } catch {
    // Some engines (WebGPU) can only be read asynchronously.
    return part.tensor
      .data()
      .then((values) => renderValues(tensor, title, values))
      .catch((error: Error) => plain(`${title}, its values can't be read: ${error.message}`))
      .finally(() => part.dispose());
  }
}

/** A tensor in one line: what `console.log` and lists of tensors show in place of the object's insides. */
export function titleOf(tensor: TensorLike): string {
  const bytes = BYTES[tensor.dtype];
  const kind = tensor.constructor.name === 'Variable' ? 'Variable' : 'Tensor';
  const memory = bytes ? `, ${shortBytes(bytes * tensor.size)}` : '';
  return `${kind} ${tensor.dtype} [${tensor.shape.join(', ')}]${memory}`;
}

/** The tensor, or the first rows of one that is too large to be read for a glance. */
function readable(tensor: TensorLike): { tensor: TensorLike; dispose(): void } {
  const rows = tensor.shape[0] ?? 1;
  const keep = Math.max(1, Math.floor((rows * MOST_READ) / tensor.size));
  const slicing = tensor as TensorLike & {
    slice?: (begin: number, size: number) => TensorLike & { dispose(): void };
  };
  if (tensor.size <= MOST_READ || keep >= rows || !slicing.slice) return { tensor, dispose() {} };
  const part = slicing.slice(0, keep);
  return { tensor: part, dispose: () => part.dispose() };
}

function renderValues(tensor: TensorLike, title: string, values: ArrayLike<number | string>): Rendered {
  if (tensor.dtype === 'string')
    return plain(`${title}\n${Array.from(values).slice(0, 20).map(String).join(', ')}`);
  const numbers = values as Values;
  if (tensor.size === 1) return plain(`${title}: ${shortNumber(numbers[0]!, 8)}`);
  const whole = numbers.length === tensor.size;
  const facts = { ...(whole ? {} : { read: `first ${numbers.length} values` }), ...statistics(numbers) };
  const factText = Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join('  ');
  const shown = valuesText(tensor.shape, numbers);
  const text = [title, factText, shown].filter(Boolean).join('\n');
  const table =
    `<table><thead><tr>${Object.keys(facts)
      .map((name) => `<th scope="col">${name}</th>`)
      .join('')}</tr></thead>` +
    `<tbody><tr>${Object.values(facts)
      .map((value) => `<td>${value}</td>`)
      .join('')}</tr></tbody></table>`;
  const picture = pictureOf(tensor.shape, numbers);
  const data: Record<string, unknown> = { 'text/plain': text };
  const body = picture
    ? `<img alt="${escapeHtml(picture.alt)}" src="data:image/png;base64,${picture.png}"/>`
    : shown
      ? `<pre>${escapeHtml(shown)}</pre>`
      : '';
  data['text/html'] = `<div><code>${escapeHtml(title)}</code>${table}${body}</div>`;
  if (!picture) return { data, metadata: {} };
  data['image/png'] = picture.png;
  return {
    data,
    metadata: { 'image/png': { width: picture.width, height: picture.height, alt: picture.alt } },
  };
}

function statistics(values: Values): Record<string, string> {
  let [low, high, sum, squares, count] = [Infinity, -Infinity, 0, 0, 0];
  let [nan, infinite] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      count++;
      if (value < low) low = value;
      if (value > high) high = value;
      // Welford: the naive sum of squares loses all digits for values far from zero.
      const delta = value - sum;
      sum += delta / count;
      squares += delta * (value - sum);
    }
  }
  const facts: Record<string, string> = {};
  if (count > 0) {
    facts['min'] = shortNumber(low);
    facts['max'] = shortNumber(high);
    facts['mean'] = shortNumber(sum);
    facts['std'] = shortNumber(Math.sqrt(squares / count));
  }
  if (nan > 0) facts['NaN'] = String(nan);
  if (infinite > 0) facts['infinite'] = String(infinite);
  return facts;
}

/** The values of a small vector or matrix in full, the corners of a large one, nothing for higher ranks that are large. */
function valuesText(shape: readonly number[], values: Values): string {
  if (shape.length > 2 && values.length > 64) return '';
  const edge = values.length > 100 ? 3 : Infinity;
  let at = 0;
  const walk = (depth: number, offset: number): string => {
    if (depth === shape.length) return shortNumber(values[offset]!);
    at = Math.max(at, depth);
    const size = shape[depth]!;
    const stride = shape.slice(depth + 1).reduce((a, b) => a * b, 1);
    const indices = Array.from({ length: size }, (_, i) => i).filter((i) => i < edge || i >= size - edge);
    const parts: string[] = [];
    indices.forEach((i, k) => {
      if (k > 0 && i !== indices[k - 1]! + 1) parts.push('…');
      parts.push(offset + i * stride < values.length ? walk(depth + 1, offset + i * stride) : '?');
    });
    const glue = depth === shape.length - 1 ? ', ' : `,\n${' '.repeat(depth + 1)}`;
    return `[${parts.join(glue)}]`;
  };
  return walk(0, 0);
}

function pictureOf(shape: readonly number[], values: Values) {
  const layout = pictureLayout(shape);
  if (!layout || values.length < 9) return undefined;
  const there = Math.floor(
    values.length /
      (shape.length >= 3 && layout.kind !== 'channel'
        ? layout.height * layout.width * layout.channels
        : values.length),
  );
  const count = layout.kind === 'channel' ? layout.count : Math.min(layout.count, Math.max(1, there));
  const rows =
    layout.count === 1 && layout.kind === 'heat map'
      ? Math.floor(values.length / layout.width)
      : layout.height;
  const fitting = { ...layout, count, height: rows };
  const grid = pictureGrid(values, fitting);
  const drawn = enlarge(grid, Math.max(1, Math.min(8, Math.floor(224 / Math.max(grid.width, grid.height)))));
  const shown = Math.min(count, 32);
  const what =
    shown === 1
      ? `${layout.kind} of ${layout.height} x ${layout.width} values`
      : `${shown} ${layout.kind}s of ${layout.height} x ${layout.width} values`;
  const alt = `${what[0]!.toUpperCase()}${what.slice(1)}${shown < layout.count ? `, the first of ${layout.count}` : ''}`;
  return { png: pngBase64(drawn), width: drawn.width, height: drawn.height, alt };
}

function plain(text: string): Rendered {
  return { data: { 'text/plain': text }, metadata: {} };
}
