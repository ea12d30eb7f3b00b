import list from '../content/references.json' with { type: 'json' };
import { anchorHeadings } from '../html/sections.ts';
import { escapeHtml, plainText } from '../html/text.ts';
import { addresses, type Entry, type Frame, type Page } from '../layout.ts';
import { textPage } from './simple.ts';

export interface Paper {
  key: string;
  authors: string;
  title: string;
  where: string;
  year: number;
  topic: string;
  /** The slides name it. */
  slides?: boolean;
  doi?: string;
  arxiv?: string;
  /** Where it has neither. */
  url?: string;
}

export const papers: readonly Paper[] = list;

/** A lab's list under "Further reading", each item as HTML. */
export interface Reading {
  lab: Entry;
  items: string[];
}

export const addressesOf = ({ doi, arxiv, url }: Paper): { label: string; href: string }[] => [
  ...(doi ? [{ label: `doi:${doi}`, href: `https://doi.org/${doi}` }] : []),
  ...(arxiv ? [{ label: `arXiv:${arxiv}`, href: `https://arxiv.org/abs/${arxiv}` }] : []),
  ...(url ? [{ label: url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, ''), href: url }] : []),
];

/** The items of the lists that follow a heading about reading. */
export function readingIn(html: string): string[] {
  const section =
    /<h([23])[^>]*>(?:Further reading|Leituras|Para ler mais|References|Referências)[\s\S]*?<\/h\1>([\s\S]*?)(?=<h[23]\b|$)/i.exec(
      html,
    );
  return section ? [...section[2]!.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item]) => item!) : [];
}

/** Whether an item of a lab's list names a paper: by an address of it, or by its whole title where it has none that all agree on. */
export function recommends(item: string, paper: Paper): boolean {
  const text = item.toLowerCase();
  const linked = addressesOf(paper).some(({ href }) => text.includes(`"${href.toLowerCase()}"`));
  return linked || (!paper.doi && !paper.arxiv && plainText(text).includes(paper.title.toLowerCase()));
}

export function referencesPage(frame: Frame, readings: readonly Reading[]): Page {
  const { t, language } = frame;
  const path = 'references.html';
  const to = addresses(language, path);
  const labLinks = (paper: Paper) => {
    const labs = readings.filter(({ items }) => items.some((item) => recommends(item, paper)));
    return labs.map(
      ({ lab }) => `<a href="${to.page(lab.path)}" title="${escapeHtml(lab.title)}">${lab.number}</a>`,
    );
  };
  const topics = [...new Set(papers.map(({ topic }) => topic))];
  const sections = topics.map((topic) => {
    const inside = papers
      .filter((paper) => paper.topic === topic)
      .sort((a, b) => a.year - b.year || a.authors.localeCompare(b.authors));
    const items = inside.map((paper) => {
      const links = addressesOf(paper).map(
        ({ label, href }) => `<a class="external" rel="noopener" href="${href}">${escapeHtml(label)}</a>`,
      );
      const labs = labLinks(paper);
      const notes = [
        paper.slides ? escapeHtml(t('references.slides')) : '',
        labs.length > 0
          ? `${escapeHtml(t('references.inLabs'))} ${escapeHtml(t('lab').toLowerCase())} ${labs.join(', ')}`
          : '',
      ].filter(Boolean);
      return `<li id="${paper.key}">${escapeHtml(paper.authors)} (${paper.year}). <em lang="en">${escapeHtml(paper.title)}</em>. <span lang="en">${escapeHtml(paper.where)}</span>. ${links.join(', ')}.${notes.length > 0 ? ` <span class="where">${notes.join('; ')}</span>` : ''}</li>`;
    });
    return `<h2>${escapeHtml(topicTitle(topic, language))}</h2>\n<ul class="references">${items.join('\n')}</ul>`;
  });
  const known = papers.flatMap(addressesOf).map(({ href }) => href.toLowerCase());
  const others = readings.flatMap(({ lab, items }) =>
    items
      .filter((item) => {
        const hrefs = [...item.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.toLowerCase());
        return hrefs.some((href) => !known.some((one) => href.startsWith(one)));
      })
      .map((item) => ({ lab, item })),
  );
  const seen = new Map<string, { item: string; labs: Entry[] }>();
  for (const { lab, item } of others) {
    const key = plainText(item);
    const one = seen.get(key) ?? { item, labs: [] };
    one.labs.push(lab);
    seen.set(key, one);
  }
  const more = [...seen.values()].map(
    ({ item, labs }) =>
      `<li>${item} <span class="where">${escapeHtml(t('references.inLabs'))} ${escapeHtml(t('lab').toLowerCase())} ${labs.map((lab) => `<a href="${to.page(lab.path)}">${lab.number}</a>`).join(', ')}</span></li>`,
  );
  if (more.length > 0)
    sections.push(
      `<h2>${escapeHtml(t('references.more'))}</h2>\n<ul class="references">${more.join('\n')}</ul>`,
    );
  const { html, headings } = anchorHeadings(
    sections.join('\n'),
    new Set(papers.map(({ key }) => key)),
    t('anchor'),
  );
  return textPage(path, t('references.title'), t('references.lead'), html, headings);
}

const topicNames: Record<string, { en: string; pt: string }> = {
  books: { en: 'Books and lectures', pt: 'Livros e aulas' },
  data: { en: 'Data and history', pt: 'Dados e história' },
  features: { en: 'Hand-made features', pt: 'Características feitas à mão' },
  training: {
    en: 'Training: optimisers, initialisation, regularisation',
    pt: 'Treinamento: otimizadores, inicialização, regularização',
  },
  architectures: { en: 'Architectures', pt: 'Arquiteturas' },
  seeing: { en: 'Looking inside', pt: 'Olhar por dentro' },
  applications: { en: 'Applications', pt: 'Aplicações' },
  transfer: { en: 'Comparison and transfer', pt: 'Comparação e transferência' },
};

const topicTitle = (topic: string, language: 'en' | 'pt') => topicNames[topic]?.[language] ?? topic;

export function readingPage(frame: Frame, readings: readonly Reading[]): Page {
  const { t, language } = frame;
  const path = 'reading.html';
  const to = addresses(language, path);
  const books = papers
    .filter(({ topic }) => topic === 'books')
    .map((book) => {
      const links = addressesOf(book).map(
        ({ label, href }) => `<a class="external" rel="noopener" href="${href}">${escapeHtml(label)}</a>`,
      );
      return `<li>${escapeHtml(book.authors)}, <em lang="en">${escapeHtml(book.title)}</em>, ${escapeHtml(book.where)}, ${book.year}. ${links.join(', ')}</li>`;
    });
  const byLab = readings
    .filter(({ items }) => items.length > 0)
    .map(
      ({ lab, items }) =>
        `<h3>${escapeHtml(`${lab.number} · ${lab.title}`)}</h3>\n<p class="where"><a href="${to.page(lab.path)}">${escapeHtml(`${t('lab')} ${lab.number}`)}</a></p><ul class="references">${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`,
    );
  const all = `<h2>${escapeHtml(t('reading.books'))}</h2>\n<ul class="references">${books.join('\n')}</ul>\n<h2>${escapeHtml(t('reading.byLab'))}</h2>\n${byLab.join('\n')}`;
  const { html, headings } = anchorHeadings(all, new Set(), t('anchor'));
  return textPage(path, t('reading.title'), t('reading.lead'), html, headings);
}
