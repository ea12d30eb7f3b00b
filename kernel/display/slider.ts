import { Answer, type Control, hidden } from './control.ts';
import { Display } from './rendered.ts';
import { display, host } from './show.ts';
import { Widget, widgetBundle } from './widget.ts';

export interface SliderOptions {
  min: number;
  max: number;
  /** Where it starts; default `min`. */
  value?: number;
  step?: number;
  label?: string;
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
