// How blocks name their parts.
import { Layer } from './layer.ts';
import { ShapeError } from './shape.ts';

/** A list of layers, named by kind and number, or an object, whose keys are the names. */
export type NamedLayers = readonly Layer[] | Readonly<Record<string, Layer>>;

/** The parts of a block with their names. An own `name` of a layer in a list goes before its kind. */
export function named(layers: NamedLayers, block: string): readonly (readonly [string, Layer])[] {
  const parts = Array.isArray(layers) ? numbered(layers) : Object.entries(layers);
  const taken = new Set<string>();
  for (const [name, layer] of parts) {
    if (!(layer instanceof Layer)) {
      throw new TypeError(
        `${block}: "${name}" is no layer but ${typeof layer === 'function' ? 'a class or function (new is missing?)' : String(layer)}.`,
      );
    }
    // JavaScript puts keys that look like numbers first, whatever their place: the order would be lost without a word.
    if (/^\d+$/.test(name) || name.includes('.') || name === '') {
      throw new TypeError(
        `${block}: "${name}" can't be a layer's name. Use letters, then digits, without dots.`,
      );
    }
    if (taken.has(name)) throw new TypeError(`${block}: two layers are named "${name}".`);
    taken.add(name);
  }
  return parts;
}

function numbered(layers: readonly Layer[]): [string, Layer][] {
  const counts = new Map<string, number>();
  return layers.map((layer, i) => {
    if (!(layer instanceof Layer)) return [`layer${i + 1}`, layer];
    if (layer.name) return [layer.name, layer];
    const kind = layer.kind.toLowerCase();
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [`${kind}${count}`, layer];
  });
}

/** Runs a part's work; a shape error in it gets the part's name in front. */
export function within<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ShapeError ? error.within(name) : error;
  }
}
