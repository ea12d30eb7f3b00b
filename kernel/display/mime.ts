import { types } from 'node:util';
import { DISPLAY, METADATA, type Rendered, shortNumber } from './rendered.ts';
import { isRecords, tableHtml } from './table.ts';
import { isTensor, renderTensor } from './tensor.ts';
import { cut, errorText, toText } from './text.ts';

export type { Rendered } from './rendered.ts';

/**
 * A value as a MIME bundle with its metadata, or undefined where there is nothing to show (`undefined`, a value whose
 * `Jupyter.display` gives an empty bundle). A promise only where the value itself needs one (an asynchronous
 * `Jupyter.display`, an engine that can't be read at once).
 *
 * Every bundle has `text/plain`, without colours. Never throws and never rejects, whatever the value does.
 */
export function toMimeBundle(value: unknown): Rendered | undefined | Promise<Rendered | undefined> {
  if (value === undefined) return undefined;
  try {
    const rendered = render(value);
    if (rendered instanceof Promise) return rendered.catch(() => plain(toText(value)));
    return rendered;
  } catch {
    return plain(toText(value));
  }
}

function render(value: unknown): Rendered | undefined | Promise<Rendered | undefined> {
  if (typeof value === 'number') return plain(Object.is(value, -0) ? '-0' : String(value));
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return plain(toText(value));
  if (types.isProxy(value)) return plain(toText(value)); // looking at one runs the user's code
  const display = (value as { [DISPLAY]?: unknown })[DISPLAY];
  if (typeof display === 'function') return describesItself(value, display as () => unknown);
  if (isTensor(value)) return renderTensor(value);
  if (types.isNativeError(value) || value instanceof Error) return plain(errorText(value as Error));
  if (types.isPromise(value)) return plain(promiseText(value));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return plain(typedArrayText(value as unknown as Numbers));
  if (isRecords(value))
    return { data: { 'text/plain': toText(value), 'text/html': tableHtml(value) }, metadata: {} };
  if (isPlotly(value)) return plotly(value);
  return plain(ownText(value) ?? toText(value));
}

/** The words of a class that says in words what its instances are: a model, a history. Node's own classes are inspected. */
function ownText(value: object): string | undefined {
  if (typeof value === 'function') return undefined;
  for (let type = Object.getPrototypeOf(value); type; type = Object.getPrototypeOf(type)) {
    const { value: method } = Object.getOwnPropertyDescriptor(type, 'toString') ?? {};
    if (typeof method !== 'function') continue;
    if (/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(method))) return undefined;
    const text: unknown = method.call(value);
    return typeof text === 'string' && text !== '' ? cut(text) : undefined;
  }
  return undefined;
}

function describesItself(
  value: object,
  display: () => unknown,
): Rendered | undefined | Promise<Rendered | undefined> {
  const bundle = display.call(value);
  const finish = (data: unknown): Rendered | undefined => {
    if (typeof data !== 'object' || data === null) return plain(toText(value));
    if (Object.keys(data).length === 0) return undefined;
    const metadata = (value as { [METADATA]?: Record<string, unknown> })[METADATA] ?? {};
    const text = 'text/plain' in data ? {} : { 'text/plain': fallbackText(value) };
    return { data: { ...text, ...encodeBinary(data as Record<string, unknown>) }, metadata };
  };
  return types.isPromise(bundle) ? bundle.then(finish) : finish(bundle);
}

/** JSON has no bytes: front ends expect them in base64. */
function encodeBinary(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([mime, content]) => [
      mime,
      content instanceof Uint8Array ? Buffer.from(content).toString('base64') : content,
    ]),
  );
}

function fallbackText(value: object): string {
  const text = toText(value);
  return text.length <= 2000 ? text : `[${value.constructor?.name || 'object'}]`;
}

function promiseText(promise: Promise<unknown>): string {
  const text = toText(promise);
  return text.includes('<pending>') ? `${text} (write await in front of it to see its value)` : text;
}

type Numbers = ArrayLike<number | bigint> & { readonly constructor: { readonly name: string } };

function typedArrayText(array: Numbers): string {
  const text = toText(array);
  if (array.length <= 100 || typeof array[0] === 'bigint') return text;
  const values = array as ArrayLike<number>;
  let [low, high, sum, nan] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) nan++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
    }
  }
  const first = Array.from({ length: 8 }, (_, i) => shortNumber(values[i]!)).join(', ');
  const facts = `min ${shortNumber(low)}  max ${shortNumber(high)}  mean ${shortNumber(sum / (values.length - nan))}`;
  return `${array.constructor.name}(${array.length}) [${first}, …]\n${facts}${nan ? `  NaN ${nan}` : ''}`;
}

interface PlotlyLike {
  data: { type?: string }[];
  layout: Record<string, unknown>;
}

function isPlotly(value: object): value is PlotlyLike {
  const { data, layout } = value as Partial<PlotlyLike>;
  if (!Array.isArray(data) || typeof layout !== 'object' || layout === null) return false;
  return data.every(
    (trace) =>
      typeof trace === 'object' && trace !== null && ('type' in trace || 'x' in trace || 'y' in trace),
  );
}

/** A figure in plotly's own form that nobody gave a static picture: those of lib/figures describe themselves. */
function plotly(figure: PlotlyLike): Rendered {
  const title = figure.layout['title'];
  const text =
    typeof title === 'string' ? title : ((title as { text?: string } | undefined)?.text ?? 'no title');
  return {
    data: {
      'application/vnd.plotly.v1+json': { data: figure.data, layout: figure.layout },
      'text/plain': `[plotly figure: ${text}; ${figure.data.length} traces]`,
    },
    metadata: {},
  };
}

function plain(text: string): Rendered {
  return { data: { 'text/plain': text }, metadata: {} };
}
