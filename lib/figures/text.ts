const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for SVG and HTML, in elements and in quoted attributes. */
export function escapeXml(text: string): string {
  // Control characters are not allowed in XML at all.
  return text
    .replace(/\p{Cc}/gu, (c) => (c === '\n' || c === '\t' ? c : ''))
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Coordinates with at most two decimals: a figure is in a notebook for good, so that its bytes count. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A value for an axis or a label: short, with no needless exponent. */
export function label(value: number, digits = 4): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    return value
      .toExponential(Math.max(0, digits - 2))
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  }
  return String(Number(value.toPrecision(digits)));
}

/** About how wide a text is drawn, in pixels: no font can be measured here. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text) {
    units += /[il.,:;'|!jI]/.test(character)
      ? 0.32
      : /[mwMW@%]/.test(character)
        ? 0.9
        : /[A-Z]/.test(character)
          ? 0.68
          : 0.56;
  }
  return units * size;
}

/** Five significant digits: enough for a screen, and half the size of a notebook. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}

/** A short name for a text (FNV-1a): the same for the same text, so that a figure's bytes don't change from run to run. */
export function shortHash(content: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}
