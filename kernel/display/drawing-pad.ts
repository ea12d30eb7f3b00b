import { Answer, type Control, hidden } from './control.ts';
import { centred, parsePixels } from './drawn-pixels.ts';
import { Display, escapeHtml } from './rendered.ts';
import { display, host } from './show.ts';
import { Widget, widgetBundle } from './widget.ts';

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
  if (!Number.isInteger(size) || size < 1 || size > 280)
    throw new Error(`drawingPad: size must be a whole number of pixels from 1 to 280; it is ${size}.`);
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

function padHtml(name: string, size: number, label: string): string {
  return `<div class="${name}-pad"><p>${escapeHtml(label)} <button type="button">Clear</button></p>
<canvas width="280" height="280" role="img" aria-label="${escapeHtml(label)}" style="background:#000;touch-action:none;border:1px solid #888;cursor:crosshair"></canvas>
<p hidden>Nobody looks at the drawing here: run the notebook in JupyterLab.</p></div>
<script>(() => {
  const pad = document.querySelector('.${name}-pad');
  if (!pad || pad.dataset.ready) return;
  pad.dataset.ready = 'yes';
  const canvas = pad.querySelector('canvas'), pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.lineWidth = 22; pen.lineCap = pen.lineJoin = 'round'; pen.strokeStyle = pen.fillStyle = '#fff';
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
  canvas.addEventListener('pointerdown', (e) => {
    last = place(e);
    pen.beginPath(); pen.arc(...last, 11, 0, 7); pen.fill(); // a tap alone is a dot
    canvas.setPointerCapture(e.pointerId); e.preventDefault();
  });
  canvas.addEventListener('pointermove', (e) => {
    if (!last) return;
    const next = place(e);
    pen.beginPath(); pen.moveTo(...last); pen.lineTo(...next); pen.stroke();
    last = next;
    timer ??= setTimeout(send, 150);
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = undefined; send(); });
  pad.querySelector('button').addEventListener('click', () => { pen.clearRect(0, 0, 280, 280); send(); });
})()</script>`;
}
