import { contentsList, type Heading } from '../html/sections.ts';
import { escapeHtml } from '../html/text.ts';
import type { Page } from '../layout.ts';
import { sectionsOf } from './notebook.ts';

/** A page of text: a title, a lead, sections. */
export function textPage(
  path: string,
  title: string,
  lead: string,
  html: string,
  headings: readonly Heading[] = [],
): Page {
  const contents = contentsList(headings);
  return {
    path,
    title,
    description: lead,
    main: `<article><header class="title"><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(lead)}</p></header>\n${html}</article>`,
    kind: 'notebook text',
    contents,
    hasMath: html.includes('class="katex'),
    sections: sectionsOf({ html, headings: [...headings] }, title),
  };
}
