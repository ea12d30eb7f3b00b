import { expect } from 'vitest';

/** Fails unless the text is well-formed XML: every element is closed, every attribute is quoted, no stray `<` or `&`. */
export function expectWellFormed(svg: string): void {
  const open: string[] = [];
  let rest = svg;
  while (rest) {
    const textPart = /^[^<]+/.exec(rest)?.[0];
    if (textPart) {
      expect(textPart.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      rest = rest.slice(textPart.length);
      continue;
    }
    const tag = /^<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/.exec(rest);
    expect(tag, `no well-formed tag: ${rest.slice(0, 120)}`).not.toBeNull();
    const [whole, closes, name, attributes, empty] = tag!;
    const names = [...attributes!.matchAll(/([\w:-]+)="/g)].map((m) => m[1]);
    expect(new Set(names).size, `an attribute twice: ${whole}`).toBe(names.length);
    if (closes) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name!);
    rest = rest.slice(whole!.length);
  }
  expect(open).toEqual([]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
}

/** The points of the nth path that is drawn in a colour. */
export function pathPoints(svg: string, colour: string, n = 0): [number, number][] {
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="([^"]*)"/g)].filter(
    (m) => m[2] === colour,
  );
  return [...paths[n]![1]!.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);
}

/** Where the tick with this text stands. */
export function tick(svg: string, text: string, anchor: 'middle' | 'end'): { x: number; y: number } {
  const found = new RegExp(
    `<text x="([-\\d.]+)" y="([-\\d.]+)" text-anchor="${anchor}"[^>]*>${text}</text>`,
  ).exec(svg);
  expect(found, `no tick ${text}`).not.toBeNull();
  return { x: Number(found![1]), y: Number(found![2]) - (anchor === 'end' ? 4 : 0) };
}

export const bundleOf = (value: object) =>
  (value as Record<symbol, () => Record<string, unknown>>)[Symbol.for('Jupyter.display')]!.call(value);
