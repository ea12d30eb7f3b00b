import glossary from '../content/glossary.json' with { type: 'json' };
import type { LinkTo } from '../html/links.ts';
import { escapeHtml, slugOf } from '../html/text.ts';
import type { Frame, Page } from '../layout.ts';
import { textPage } from './simple.ts';

export interface Term {
  en: string;
  pt: string;
  text: { en: string; pt: string };
  /** Numbers of the labs that explain it. */
  labs: string[];
}

export const terms: readonly Term[] = glossary;

export function glossaryPage({ t, language }: Frame, link: LinkTo): Page {
  const other = language === 'en' ? 'pt' : 'en';
  const taken = new Set<string>();
  const sorted = [...terms].sort((a, b) => a[language].localeCompare(b[language], language));
  const items = sorted.map((term) => {
    const id = slugOf(term[language], taken);
    const word =
      language === 'en'
        ? term.labs.length > 1
          ? 'labs'
          : 'lab'
        : term.labs.length > 1
          ? 'laboratórios'
          : 'laboratório';
    const where =
      term.labs.length > 0 ? ` <span class="where">${link(`${word} ${term.labs.join(', ')}`)}</span>` : '';
    const text = escapeHtml(term.text[language]).replace(/`([^`]+)`/g, '<code>$1</code>');
    return `<dt id="${id}">${escapeHtml(term[language])} <span class="other" lang="${other === 'pt' ? 'pt-BR' : 'en'}">${escapeHtml(term[other])}</span></dt><dd>${text}${where}</dd>`;
  });
  const page = textPage(
    'glossary.html',
    t('glossary.title'),
    t('glossary.lead'),
    `<dl class="glossary">${items.join('\n')}</dl>`,
  );
  const found = new Set<string>();
  page.sections = sorted.map((term) => ({
    id: slugOf(term[language], found),
    title: term[language],
    text: `${term[other]}. ${term.text[language]}`,
  }));
  return page;
}
