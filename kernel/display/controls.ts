import { Display, escapeHtml } from './rendered.ts';
import { type DisplayHandle, display, displayStill, host } from './show.ts';
import { Widget, widgetBundle } from './widget.ts';

export interface SliderOptions {
  min: number;
  max: number;
  /** Where it starts; default `min`. */
  value?: number;
  step?: number;
  label?: string;
}

/** A control that lives in the notebook. */
export interface Control<T> {
  /** What it is set to now. */
  readonly value: T;
  /** Resolves when everything that was asked for so far has been answered. */
  settled(): Promise<void>;
  close(): void;
}

/**
 * A slider; below it stands what `onChange` returns for its value, and follows it. While one answer is computed only the
 * newest value waits, so that a slow answer never lags far behind. Outside a notebook, and in a rendered page, the answer to
 * the first value stands alone.
 *
 * @throws where `min`, `max`, `step` and `value` don't fit together.
 * @example
 * import { slider } from 'convbook';
 * slider({ min: 1, max: 15, value: 3, step: 2, label: 'k' }, (k) => `the ${k} nearest neighbours`);
 */
export function slider(options: SliderOptions, onChange: (value: number) => unknown): Control<number> {
  const { min, max, value = min, label = '' } = options;
  const whole = Number.isInteger(min) && Number.isInteger(max) && Number.isInteger(value);
  const step = options.step ?? (whole ? 1 : (max - min) / 100);
  if (!(min < max) || !(value >= min && value <= max) || !(step > 0)) {
    throw new RangeError(
      `A slider from ${min} to ${max} in steps of ${step}, starting at ${value}, can't be: ` +
        'it needs min < max, a step above 0 and a value between min and max.',
    );
  }
  let current = value;
  const close = host() ? openSlider() : () => {};
  const answer = new Answer(() => onChange(current));
  function openSlider(): () => void {
    const layout = new Widget('base', 'LayoutModel', { width: '420px' });
    const style = new Widget('controls', 'SliderStyleModel', { description_width: 'initial' });
    const model = whole && Number.isInteger(step) ? 'IntSliderModel' : 'FloatSliderModel';
    const widget = new Widget('controls', model, {
      min,
      max,
      step,
      value,
      description: label,
      continuous_update: true,
      readout: true,
      readout_format: model === 'IntSliderModel' ? 'd' : '.3g',
      orientation: 'horizontal',
      disabled: false,
      layout: layout.reference,
      style: style.reference,
    });
    widget.onChange((changed) => {
      const next = Number(changed['value']);
      if (!Number.isFinite(next) || next === current) return;
      current = Math.min(max, Math.max(min, next));
      answer.ask();
    });
    const text = `[slider${label ? ` ${label}` : ''}: ${value}, from ${min} to ${max}]`;
    display(new Display(widgetBundle(widget, text)));
    return () => {
      for (const part of [widget, style, layout]) part.close();
    };
  }
  answer.ask();
  const control: Control<number> = {
    get value() {
      return current;
    },
    settled: () => answer.settled(),
    close,
  };
  return hidden(control);
}

export interface DrawingPadOptions {
  /** Pixels along each side of what `onDraw` gets; default 28, as MNIST has. */
  size?: number;
  label?: string;
  /** Scales the drawing into 20 of 28 pixels and puts its centre of mass into the middle, as MNIST's digits are; default true. */
  centre?: boolean;
}

/**
 * A field to draw on with the mouse or a finger; below it stands what `onDraw` returns for the drawing, `size * size` numbers
 * from 0 (paper) to 1 (ink). Outside a notebook nothing is drawn, and an empty field is the only answer.
 *
 * @example
 * import { drawingPad, image } from 'convbook';
 * drawingPad({ label: 'Draw a digit' }, (pixels) => image(pixels, { shape: [28, 28], alt: 'What was drawn' }));
 */
export function drawingPad(
  options: DrawingPadOptions,
  onDraw: (pixels: Float32Array) => unknown,
): Control<Float32Array> {
  const { size = 28, label = 'Draw here', centre = true } = options;
  let current: Float32Array = new Float32Array(size * size);
  const answer = new Answer(() => onDraw(current));
  let close = () => {};
  if (host()) {
    const layout = new Widget('base', 'LayoutModel', { display: 'none' });
    const style = new Widget('controls', 'TextStyleModel');
    const name = `convbook-pad-${layout.id}`;
    // JupyterLab lets a page's script reach the kernel through a control only: the pad writes into a hidden text field.
    const field = new Widget('controls', 'TextModel', {
      _dom_classes: [name],
      value: '',
      continuous_update: true,
      description: '',
      disabled: false,
      layout: layout.reference,
      style: style.reference,
    });
    field.onChange((changed) => {
      const pixels = parsePixels(changed['value'], size);
      if (!pixels) return;
      current = centre ? centred(pixels, size) : pixels;
      answer.ask();
    });
    display(new Display(widgetBundle(field, '[the field that carries the drawing]')));
    display(
      new Display({ 'text/html': padHtml(name, size, label), 'text/plain': `[field to draw on: ${label}]` }),
    );
    close = () => {
      for (const part of [field, style, layout]) part.close();
    };
  }
  answer.ask();
  const control: Control<Float32Array> = {
    get value() {
      return current;
    },
    settled: () => answer.settled(),
    close: () => close(),
  };
  return hidden(control);
}

/** The output below a control: one, changed in place, always on its way to the newest question. */
class Answer {
  private readonly make: () => unknown;
  private handle: DisplayHandle | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(make: () => unknown) {
    this.make = make;
  }

  ask(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = this.answer().finally(() => {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.ask();
      }
    });
  }

  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  private async answer(): Promise<void> {
    let value: unknown;
    try {
      const made = this.make();
      value = made instanceof Promise ? await made : made;
    } catch (error) {
      value = error; // shown where the answer would stand: a control must outlive a mistake in its cell
    }
    if (value === undefined) return;
    if (this.handle) await this.handle.update(value).sent;
    else {
      this.handle = displayStill(value);
      await this.handle.sent;
    }
  }
}

/** As the last value of a cell a control shows nothing more than it has. */
function hidden<T extends object>(control: T): T {
  Object.defineProperty(control, Symbol.for('Jupyter.display'), { value: () => ({}) });
  return control;
}

/** Two hexadecimal digits a pixel; undefined where the text is anything else. */
export function parsePixels(text: unknown, size: number): Float32Array | undefined {
  if (typeof text !== 'string' || text.length !== 2 * size * size || !/^[0-9a-f]*$/.test(text))
    return undefined;
  return Float32Array.from(
    { length: size * size },
    (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16) / 255,
  );
}

/** The drawing scaled so that its longer side takes 20 of 28 pixels, its centre of mass in the middle (bilinear). */
export function centred(pixels: Float32Array, size: number): Float32Array {
  let [left, right, top, bottom, mass, massX, massY] = [size, -1, size, -1, 0, 0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const ink = pixels[y * size + x]!;
      if (ink < 0.1) continue;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
      mass += ink;
      massX += ink * x;
      massY += ink * y;
    }
  }
  if (mass === 0) return pixels;
  const scale = Math.min(3, ((20 / 28) * size) / Math.max(right - left + 1, bottom - top + 1));
  const middle = (size - 1) / 2;
  const out = new Float32Array(size * size);
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : pixels[y * size + x]!);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [sx, sy] = [massX / mass + (x - middle) / scale, massY / mass + (y - middle) / scale];
      const [fx, fy] = [Math.floor(sx), Math.floor(sy)];
      const [tx, ty] = [sx - fx, sy - fy];
      const upper = at(fx, fy) * (1 - tx) + at(fx + 1, fy) * tx;
      const lower = at(fx, fy + 1) * (1 - tx) + at(fx + 1, fy + 1) * tx;
      out[y * size + x] = upper * (1 - ty) + lower * ty;
    }
  }
  return out;
}

function padHtml(name: string, size: number, label: string): string {
  return `<div class="${name}-pad"><p>${escapeHtml(label)} <button type="button">Clear</button></p>
<canvas width="280" height="280" role="img" aria-label="${escapeHtml(label)}" style="background:#000;touch-action:none;border:1px solid #888;cursor:crosshair"></canvas>
<p hidden>Nobody looks at the drawing here: run the notebook in JupyterLab.</p></div>
<script>(() => {
  const pad = document.querySelector('.${name}-pad');
  if (!pad || pad.dataset.ready) return;
  pad.dataset.ready = 'yes';
  const canvas = pad.querySelector('canvas'), pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.lineWidth = 22; pen.lineCap = pen.lineJoin = 'round'; pen.strokeStyle = '#fff';
  let last, timer;
  const send = () => {
    timer = undefined;
    const field = document.querySelector('.${name} input');
    pad.lastElementChild.hidden = Boolean(field);
    if (!field) return;
    const { data } = pen.getImageData(0, 0, 280, 280), cell = 280 / ${size};
    let text = '';
    for (let y = 0; y < ${size}; y++) for (let x = 0; x < ${size}; x++) {
      let sum = 0, n = 0;
      for (let v = Math.floor(y * cell); v < (y + 1) * cell; v++) for (let u = Math.floor(x * cell); u < (x + 1) * cell; u++) { sum += data[(v * 280 + u) * 4]; n++; }
      text += Math.round(sum / n).toString(16).padStart(2, '0');
    }
    field.value = text;
    for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const place = (e) => { const r = canvas.getBoundingClientRect(); return [(e.clientX - r.left) * 280 / r.width, (e.clientY - r.top) * 280 / r.height]; };
  canvas.addEventListener('pointerdown', (e) => { last = place(e); canvas.setPointerCapture(e.pointerId); e.preventDefault(); });
  canvas.addEventListener('pointermove', (e) => {
    if (!last) return;
    const next = place(e);
    pen.beginPath(); pen.moveTo(...last); pen.lineTo(...next); pen.stroke();
    last = next;
    timer ??= setTimeout(send, 150);
  });
  canvas.addEventListener('pointerup', () => { last = undefined; send(); });
  pad.querySelector('button').addEventListener('click', () => { pen.clearRect(0, 0, 280, 280); send(); });
})()</script>`;
}
