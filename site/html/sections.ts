import { escapeHtml, plainText, slugOf } from './text.ts';

/** A heading of a page. */
export interface Heading {
  level: number;
  id: string;
  /** Its HTML: may hold formulas. */
  html: string;
  text: string;
}

/** Gives each heading an address and a link to itself, and collects them. */
export function anchorHeadings(
  html: string,
  taken: Set<string>,
  linkLabel: string,
): { html: string; headings: Heading[] } {
  const headings: Heading[] = [];
  const anchored = html.replace(/<h([2-6])>([\s\S]*?)<\/h\1>/g, (_, level: string, inner: string) => {
    const text = plainText(inner);
    const id = slugOf(text, taken);
    headings.push({ level: Number(level), id, html: inner, text });
    const label = escapeHtml(`${linkLabel}: ${text}`);
    return `<h${level} id="${id}">${inner}<a class="anchor" href="#${id}" aria-label="${label}">#</a></h${level}>`;
  });
  return { html: anchored, headings };
}

/** The headings of a page as a list of links: two levels. */
export function contentsList(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level <= 3);
  if (shown.length < 2) return '';
  const item = ({ level, id, html }: Heading) =>
    `<li class="level-${level}"><a href="#${id}">${html.replace(/<\/?a\b[^>]*>/g, '')}</a></li>`;
  return `<ol>${shown.map(item).join('')}</ol>`;
}
