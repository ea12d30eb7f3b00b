import { parts } from './course.ts';
import { escapeHtml } from './html/text.ts';
import { type Language, languageTag, type Translate } from './i18n/index.ts';

/** One entry of the navigation. */
export interface Entry {
  /** From the language's root: `labs/07-regularisation.html`. */
  path: string;
  number: string;
  title: string;
}

/** What every page of a language shares. */
export interface Frame {
  language: Language;
  t: Translate;
  labs: readonly Entry[];
  assignments: readonly Entry[];
}

export interface Page {
  /** From the language's root. */
  path: string;
  title: string;
  description: string;
  /** What stands between the head and the foot. */
  main: string;
  /** The list of the page's sections, if it has one. */
  contents?: string;
  previous?: Entry;
  next?: Entry;
  hasFigures?: boolean;
  hasMath?: boolean;
  /** For the names in its code. */
  types?: readonly string[];
  /** Its class: how wide it may be. */
  kind?: string;
  /** Words of the page for the search, by section. */
  sections?: readonly Section[];
}

/** A part of a page that the search finds. */
export interface Section {
  id: string;
  title: string;
  text: string;
}

export const rootOf = (language: Language): string => (language === 'en' ? '' : `${language}/`);

/** The way from a page to the root of the site: `../` once a folder. */
export const upFrom = (language: Language, path: string): string =>
  '../'.repeat(`${rootOf(language)}${path}`.split('/').length - 1) || './';

/** The addresses of a page's surroundings. */
export function addresses(language: Language, path: string) {
  const up = upFrom(language, path);
  return {
    asset: (name: string) => `${up}assets/${name}`,
    page: (target: string) => `${up}${rootOf(language)}${target}`,
    other: (other: Language) => `${up}${rootOf(other)}${path}`,
    file: (target: string) => `${up}${target}`,
  };
}

const reference: readonly { path: string; key: Parameters<Translate>[0] }[] = [
  { path: 'architectures/index.html', key: 'nav.architectures' },
  { path: 'glossary.html', key: 'nav.glossary' },
  { path: 'references.html', key: 'nav.references' },
  { path: 'errata.html', key: 'nav.errata' },
  { path: 'reading.html', key: 'nav.reading' },
];

/** A page of the site as a file. */
export function layout(frame: Frame, page: Page): string {
  const { t, language } = frame;
  const to = addresses(language, page.path);
  const other: Language = language === 'en' ? 'pt' : 'en';
  const isHome = page.path === 'index.html';
  const title = isHome ? `${t('site.title')}: ${t('site.tagline')}` : `${page.title} · ${t('site.title')}`;
  const nav = navigation(frame, page.path);
  const contents = page.contents ?? '';
  return `<!doctype html>
<html lang="${languageTag[language]}">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escapeHtml(page.description)}">
<meta name="color-scheme" content="light dark">
<script>try{const t=localStorage.getItem('convbook-theme');if(t)document.documentElement.dataset.theme=t}catch{}document.documentElement.classList.add('scripted')</script>
${page.hasMath ? `<link rel="stylesheet" href="${to.asset('katex.css')}">\n` : ''}<link rel="stylesheet" href="${to.asset('site.css')}">
<link rel="icon" href="${to.asset('icon.svg')}" type="image/svg+xml">
<link rel="alternate" hreflang="${languageTag[other]}" href="${to.other(other)}">
</head>
<body class="${page.kind ?? 'page'}" data-root="${upFrom(language, page.path)}">
<a class="skip" href="#content">${escapeHtml(t('skip'))}</a>
<header class="top">
<details class="menu"><summary aria-label="${escapeHtml(t('nav.menu'))}"><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><path d="M2 4.5h14M2 9h14M2 13.5h14" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/></svg></summary><nav aria-label="${escapeHtml(t('nav.menu'))}">${nav}</nav></details>
<a class="brand" href="${to.page('index.html')}">${logo}<span>convbook</span></a>
<span class="grow"></span>
<button type="button" class="search-open" data-search hidden>${icon.search}<span>${escapeHtml(t('search'))}</span><kbd aria-hidden="true">/</kbd></button>
<button type="button" class="theme" data-theme-button hidden data-label="${escapeHtml(t('theme.label'))}" data-system="${escapeHtml(t('theme.system'))}" data-light="${escapeHtml(t('theme.light'))}" data-dark="${escapeHtml(t('theme.dark'))}">${icon.theme}</button>
<a class="language" href="${to.other(other)}" hreflang="${languageTag[other]}" lang="${languageTag[other]}" title="${escapeHtml(t('language.switch'))}">${escapeHtml(t('language.other'))}</a>
</header>
<div class="columns">
<nav class="side" aria-label="${escapeHtml(t('nav.pages'))}">${nav}</nav>
<main id="content" tabindex="-1">
${page.main}
${around(frame, page)}
</main>
${contents ? `<aside class="contents"><nav aria-label="${escapeHtml(t('nav.onThisPage'))}"><p class="small-title">${escapeHtml(t('nav.onThisPage'))}</p>${contents}</nav></aside>` : ''}
</div>
<footer class="bottom"><p>${escapeHtml(t('footer.built'))} ${escapeHtml(t('footer.licence'))}.</p><noscript><p>${escapeHtml(t('noScript.figures'))} ${escapeHtml(t('search.noScript'))}</p></noscript></footer>
${searchDialog(t)}
${page.types && page.types.length > 0 ? `<script type="application/json" id="types">${JSON.stringify(page.types).replaceAll('<', '\\u003c')}</script>\n` : ''}<script src="${to.asset('site.js')}" defer></script>
</body>
</html>
`;
}

function navigation({ t, language, labs, assignments }: Frame, current: string): string {
  const to = addresses(language, current);
  const link = (path: string, label: string, number = '') => {
    const here = path === current ? ' aria-current="page"' : '';
    const mark = number ? `<span class="number">${number}</span>` : '';
    return `<li><a href="${to.page(path)}"${here}>${mark}<span>${escapeHtml(label)}</span></a></li>`;
  };
  const groups = parts.map(({ key, from, to: last }) => {
    const inside = labs.filter(({ number }) => Number(number) >= from && Number(number) <= last);
    if (inside.length === 0) return '';
    return `<p class="small-title">${escapeHtml(t(key))}</p><ul>${inside.map((one) => link(one.path, one.title, one.number)).join('')}</ul>`;
  });
  const tasks =
    assignments.length === 0
      ? ''
      : `<p class="small-title">${escapeHtml(t('nav.assignments'))}</p><ul>${assignments.map((one) => link(one.path, one.title, one.number)).join('')}</ul>`;
  const more = `<p class="small-title">${escapeHtml(t('nav.reference'))}</p><ul>${reference.map(({ path, key }) => link(path, t(key))).join('')}</ul>`;
  return `<ul>${link('index.html', t('nav.home'))}</ul>${groups.join('')}${tasks}${more}`;
}

function around({ t, language }: Frame, { path, previous, next }: Page): string {
  if (!previous && !next) return '';
  const to = addresses(language, path);
  const link = (entry: Entry | undefined, key: 'nav.previous' | 'nav.next', rel: string) =>
    entry
      ? `<a class="${rel}" rel="${rel}" href="${to.page(entry.path)}"><small>${escapeHtml(t(key))}</small><span>${escapeHtml(`${entry.number} · ${entry.title}`)}</span></a>`
      : '<span></span>';
  return `<nav class="around" aria-label="${escapeHtml(t('nav.around'))}">${link(previous, 'nav.previous', 'prev')}${link(next, 'nav.next', 'next')}</nav>`;
}

const searchDialog = (t: Translate): string =>
  `<dialog class="search" aria-label="${escapeHtml(t('search.label'))}" data-none="${escapeHtml(t('search.none'))}" data-some="${escapeHtml(t('search.some'))}" data-one="${escapeHtml(t('search.one'))}"><form method="dialog"><input type="search" placeholder="${escapeHtml(t('search.placeholder'))}" aria-label="${escapeHtml(t('search.label'))}" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list"></form><p class="search-note" role="status">${escapeHtml(t('search.hint'))}</p><ul id="search-results" role="listbox" aria-label="${escapeHtml(t('search.label'))}"></ul></dialog>`;

const icon = {
  search:
    '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="7" cy="7" r="4.6"/><path d="M10.6 10.6 14 14" stroke-linecap="round"/></svg>',
  theme:
    '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="6.4" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M9 2.6a6.4 6.4 0 0 1 0 12.8z" fill="currentColor"/></svg>',
};

/** A window of three by three over a picture: what a convolution does. */
export const logo =
  '<svg class="logo" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><g fill="currentColor" opacity=".28"><rect x="1" y="1" width="4" height="4" rx="1"/><rect x="7" y="1" width="4" height="4" rx="1"/><rect x="13" y="1" width="4" height="4" rx="1"/><rect x="19" y="1" width="4" height="4" rx="1"/><rect x="1" y="7" width="4" height="4" rx="1"/><rect x="1" y="13" width="4" height="4" rx="1"/><rect x="1" y="19" width="4" height="4" rx="1"/></g><g class="window"><rect x="7" y="7" width="4" height="4" rx="1"/><rect x="13" y="7" width="4" height="4" rx="1"/><rect x="19" y="7" width="4" height="4" rx="1"/><rect x="7" y="13" width="4" height="4" rx="1"/><rect x="13" y="13" width="4" height="4" rx="1"/><rect x="19" y="13" width="4" height="4" rx="1"/><rect x="7" y="19" width="4" height="4" rx="1"/><rect x="13" y="19" width="4" height="4" rx="1"/><rect x="19" y="19" width="4" height="4" rx="1"/></g></svg>';
