import type { Find, Finding } from '../finding.ts';
import { compareText, type TextAllowance } from './numbers.ts';
import { comparePictures } from './picture.ts';

const EMBEDDED = /data:(image\/[\w.+-]+);base64,([A-Za-z0-9+/=]+)/g;
/** Ids that are made from a hash of the content differ where the content is the same within its tolerance. */
const MADE_IDS = /\b(clip|id|plot|figure|uid)-[0-9a-z]{5,}\b/gi;

/** How an HTML element looks is no part of what it says; in SVG it is. */
const LOOKS =
  /(<(?:table|thead|tbody|tr|th|td|div|span|p|ul|ol|li|pre|code|b|em)\b[^>]*?)\s(?:style|class)="[^"]*"/gi;

function withoutLooks(html: string): string {
  const less = html.replace(LOOKS, '$1');
  return less === html ? html : withoutLooks(less);
}

/** Compares HTML or SVG: its text and numbers by the allowance, the pictures embedded in it as pictures. */
export function compareMarkup(
  expected: string,
  got: string,
  allowance: TextAllowance,
  distance: number | undefined,
  find: Find,
): Finding[] {
  const a = split(expected);
  const b = split(got);
  const findings = compareText(a.text, b.text, allowance, find);
  if (a.pictures.length !== b.pictures.length) {
    findings.push(find(`${a.pictures.length} pictures`, `${b.pictures.length} pictures`, 'as many pictures'));
    return findings;
  }
  a.pictures.forEach((picture, i) => {
    const other = b.pictures[i]!;
    if (picture.mime !== other.mime)
      findings.push(find(picture.mime, other.mime, 'the same type of picture'));
    else findings.push(...comparePictures(picture.mime, picture.data, other.data, distance, find));
  });
  return findings;
}

/** The markup without its pictures, and the pictures. */
export function split(markup: string): { text: string; pictures: { mime: string; data: string }[] } {
  const pictures: { mime: string; data: string }[] = [];
  const text = withoutLooks(markup)
    .replace(EMBEDDED, (_, mime: string, data: string) => {
      pictures.push({ mime, data });
      return 'data:picture';
    })
    .replace(MADE_IDS, '$1-made');
  return { text, pictures };
}
