/** A sliding window: its extent (dilation included) and its stride, vertically and horizontally, in input positions. */
export interface Window {
  size: readonly [number, number];
  stride: readonly [number, number];
}

/**
 * A receptive field: `size` is how many pixels of the net's input one output sees (padding included, so it may be larger
 * than the image), `jump` how many pixels apart neighbouring outputs look.
 */
export interface Field {
  size: readonly [number, number];
  jump: readonly [number, number];
}

const PIXEL: Field = { size: [1, 1], jump: [1, 1] };

/** The field after a window: `size + (F - 1) * jump` and `jump * S`. Without arguments, the field of the input itself. */
export function slide(field: Field = PIXEL, window?: Window): Field {
  if (!window) return field;
  const along = (d: 0 | 1) => field.size[d] + (window.size[d] - 1) * field.jump[d];
  return {
    size: [along(0), along(1)],
    jump: [field.jump[0] * window.stride[0], field.jump[1] * window.stride[1]],
  };
}

/** What a unit sees that reads several fields at once: the largest of each. */
export function widest(fields: readonly Field[]): Field {
  const max = (pick: (f: Field) => number) => Math.max(...fields.map(pick));
  return {
    size: [max((f) => f.size[0]), max((f) => f.size[1])],
    jump: [max((f) => f.jump[0]), max((f) => f.jump[1])],
  };
}
