import type { Snapshot } from './snapshot.ts';

/** A number as a person writes it: at most six significant digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** What a value is, in a few words that fit into a sentence. Never a dump. */
export function describe(value: Snapshot, depth = 0): string {
  switch (value.kind) {
    case 'plain':
      return plainText(value.value);
    case 'opaque':
      return value.text;
    case 'numbers':
      return numbersText(value);
    case 'list': {
      const shown = value.items.slice(0, 4).map((item) => (depth > 1 ? '…' : describe(item, depth + 1)));
      if (value.items.length > 4) shown.push('…');
      const inside = shown.join(', ');
      const whole = value.type === 'Array' ? `[${inside}]` : `${value.type} {${inside}}`;
      return whole.length > 100 ? `an ${value.type} of ${value.items.length} items` : whole;
    }
    case 'record': {
      const names = [...value.entries.keys()];
      if (names.length === 0) return value.type === 'Object' ? '{}' : `an empty ${value.type}`;
      const shown = [...value.entries]
        .slice(0, 4)
        .map(([key, item]) => `${key}: ${depth > 1 ? '…' : describe(item, depth + 1)}`);
      if (names.length > 4) shown.push('…');
      const whole = `${value.type === 'Object' ? '' : `${value.type} `}{ ${shown.join(', ')} }`;
      return whole.length > 140 ? `a ${value.type} with the keys ${names.slice(0, 8).join(', ')}` : whole;
    }
  }
}

function plainText(value: Extract<Snapshot, { kind: 'plain' }>['value']): string {
  if (value === undefined) return 'undefined (is a return missing?)';
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  }
  if (typeof value === 'number') return numberText(value);
  return String(value);
}

function numbersText({ type, shape, dtype, values }: Extract<Snapshot, { kind: 'numbers' }>): string {
  const shown = Array.from({ length: Math.min(values.length, 6) }, (_, i) => numberText(values[i]!));
  if (values.length > 6) shown.push('…');
  const inside = `[${shown.join(', ')}]`;
  if (type === 'Array') return values.length > 6 ? `${inside} (${values.length} numbers)` : inside;
  if (type === 'Tensor')
    return `a Tensor ${dtype} [${shape.join(', ')}]${values.length <= 6 ? ` with ${inside}` : ''}`;
  return `${type} ${inside}${values.length > 6 ? ` (${values.length} numbers)` : ''}`;
}
