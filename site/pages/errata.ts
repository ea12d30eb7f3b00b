import { anchorHeadings } from '../html/sections.ts';
import { escapeHtml } from '../html/text.ts';
import { addresses, type Entry, type Frame, type Page } from '../layout.ts';
import { textPage } from './simple.ts';

export interface LabErrata {
  lab: Entry;
  /** HTML of each. */
  errata: string[];
}

const BLOCK =
  /<(p|ul|ol|blockquote)>([\s\S]*?)<\/\1>|<div class="table"[\s\S]*?<\/div>|<span class="formula"[\s\S]*?<\/span><\/span>/g;

/**
 * The errata of a lab: its paragraphs that begin with a bold "Erratum" or "Errata", each with the list or formula that belongs to
 * it, and its sections whose heading begins so.
 */
export function errataIn(html: string): string[] {
  const found: string[] = [];
  const text = html.replace(/<pre\b[\s\S]*?<\/pre>|<svg\b[\s\S]*?<\/svg>|<script\b[\s\S]*?<\/script>/g, '');
  for (const [, , inside] of text.matchAll(
    /<h([2-4]) [^>]*>Errat[\s\S]*?<\/h\1>([\s\S]*?)(?=<h[2-4] |<\/div>)/g,
  )) {
    found.push(inside!.trim());
  }
  const withoutSections = text.replace(
    /<h([2-4]) [^>]*>Errat[\s\S]*?<\/h\1>[\s\S]*?(?=<h[2-4] |<\/div>)/g,
    '',
  );
  const blocks = [...withoutSections.matchAll(BLOCK)];
  blocks.forEach((block, i) => {
    if (!/^<(p|blockquote)>\s*(<p>)?\s*<strong>Errat/i.test(block[0])) return;
    const parts = [block[0]];
    const next = blocks[i + 1];
    // The paragraph announces what follows it, or is nothing but the word.
    const announces = /:\s*<\/p>$|^<p>\s*<strong>[^<]*<\/strong>[.:]?\s*<\/p>$/.test(block[0]);
    if (next && announces && next[1] !== 'p') parts.push(next[0]);
    found.push(
      parts
        .join('\n')
        .replace(/^<blockquote>\s*([\s\S]*?)\s*<\/blockquote>$/, '$1')
        .replace(/^<p>\s*<strong>Errat[^<]*<\/strong>\s*/i, '<p>')
        .replace(/^<p>[.:]?\s*<\/p>\s*/, ''),
    );
  });
  return found;
}

export function errataPage({ t, language }: Frame, all: readonly LabErrata[]): Page {
  const path = 'errata.html';
  const to = addresses(language, path);
  const sections = all
    .filter(({ errata }) => errata.length > 0)
    .map(
      ({ lab, errata }) =>
        `<h2>${escapeHtml(`${lab.number} · ${lab.title}`)}</h2>\n${errata.map((one) => `<div class="erratum">${one}</div>`).join('\n')}\n<p class="where">${escapeHtml(t('errata.from'))} <a href="${to.page(lab.path)}">${escapeHtml(`${t('lab').toLowerCase()} ${lab.number}`)}</a></p>`,
    );
  const body = sections.length > 0 ? sections.join('\n') : `<p>${escapeHtml(t('errata.none'))}</p>`;
  const { html, headings } = anchorHeadings(body, new Set(), t('anchor'));
  return textPage(path, t('errata.title'), t('errata.lead'), html, headings);
}
