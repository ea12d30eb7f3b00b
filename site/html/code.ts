import type { Place } from '../types/types.ts';
import { unescapeHtml } from './text.ts';

/** Pygments' classes that the style sheet colours; the others are plain. */
const COLOURED = /^(k[a-z]?|s[a-z0-9]?|c[a-z0-9]?|m[a-z]?|nb|nc|nf|nd|ne|o|gi|gd|gh)$/;

/** Highlighted code without the marks that show nothing, which are half of its bytes. */
export const lightHighlight = (html: string): string =>
  html
    .replaceAll('<span></span>', '')
    .replace(/<span class="([\w -]+)">([^<]*)<\/span>/g, (all, kind: string, text: string) =>
      COLOURED.test(kind) && text.trim() !== '' ? all : text,
    );

/**
 * Marks the names in the highlighted code of a cell that have a type: `data-t` is the number of the text that says it. A name that
 * is not where it should be stays unmarked.
 */
export function markNames(html: string, source: string, places: readonly Place[]): string {
  const at = new Map(places.map((place) => [place[0], place]));
  // Pygments takes away empty lines before the first one.
  let offset = /^\n*/.exec(source)![0].length;
  return html.replace(/(<pre>)([\s\S]*?)(<\/pre>)/, (_, open: string, code: string, close: string) => {
    const parts = code.split(/(<[^>]*>)/).map((part) => (part.startsWith('<') ? part : marked(part)));
    return open + parts.join('') + close;
  });

  function marked(part: string): string {
    let out = '';
    const units = part.match(/&[^;\s]*;|[\s\S]/g) ?? [];
    for (let i = 0; i < units.length; ) {
      const [start, length, text] = at.get(offset) ?? [0, 0, 0];
      const name = units.slice(i, i + length).join('');
      if (length > 0 && name === source.slice(start, start + length)) {
        out += `<span data-t="${text}">${name}</span>`;
        i += length;
        offset += length;
      } else {
        out += units[i];
        offset += unescapeHtml(units[i]!).length;
        i++;
      }
    }
    return out;
  }
}
