import type { Facts } from '../facts.ts';
import { type Body, bodyOf } from '../html/body.ts';
import { linker } from '../html/links.ts';
import { contentsList } from '../html/sections.ts';
import { escapeHtml, plainText } from '../html/text.ts';
import { addresses, type Entry, type Frame, type Page, type Section } from '../layout.ts';
import type { Rendered } from '../render.ts';
import type { State } from '../translation/sidecar.ts';

/** The page's place of a notebook. */
export const pathOf = ({ kind, slug }: Rendered['source']): string =>
  kind === 'lab' ? `labs/${slug}.html` : `assignments/${slug}.html`;

/** `Lab 07 · Regularisation` without its number. */
export const shortTitle = (title: string): string => title.replace(/^[^·]*\b\w?\d+\s*·\s*/, '');

export function notebookPage(
  frame: Frame,
  rendered: Rendered,
  facts: Facts,
  states: ReadonlyMap<string, State> | undefined,
): { page: Page; body: Body } {
  const { t, language, labs, assignments } = frame;
  const { source } = rendered;
  const path = pathOf(source);
  const to = addresses(language, path);
  const entries = source.kind === 'lab' ? labs : assignments;
  const at = entries.findIndex((entry) => entry.path === path);
  const entryOf = (number: string): Entry | undefined => labs.find((lab) => lab.number === number);
  const link = linker((number) => {
    const entry = entryOf(number);
    return entry && { href: to.page(entry.path), title: entry.title };
  }, source.number);
  const body = bodyOf(rendered, { t, link, original: to.other('en'), ...(states ? { states } : {}) });
  const title = shortTitle(body.title);
  const kind = source.kind === 'lab' ? t('lab') : t('assignment');
  const file = source.kind === 'lab' ? source.file : `notebooks/assignments/${source.slug}.ipynb`;
  const contents = contentsList(body.headings);
  const main = `<article>
<header class="title">
<p class="eyebrow">${escapeHtml(`${kind} ${source.number}`)}</p>
<h1>${escapeHtml(title)}</h1>
${actions(frame, to.file(file), source.file, source.kind)}
${source.kind === 'lab' ? badge(frame, facts) : `<p class="note">${escapeHtml(t('assignment.note'))}</p>`}
${partly(frame, states)}
</header>
${contents ? `<details class="contents-inline"><summary>${escapeHtml(t('nav.onThisPage'))}</summary>${contents}</details>` : ''}
${body.html}
</article>`;
  const previous = entries[at - 1];
  const next = entries[at + 1];
  const page: Page = {
    path,
    title: `${source.number} · ${title}`,
    description: descriptionOf(body.html),
    main,
    contents,
    hasFigures: body.hasFigures,
    hasMath: body.hasMath,
    types: body.types,
    kind: 'notebook',
    sections: sectionsOf(body, title),
    ...(previous ? { previous } : {}),
    ...(next ? { next } : {}),
  };
  return { page, body };
}

function descriptionOf(html: string): string {
  const paragraph = /<p>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '';
  return plainText(paragraph)
    .replace(/^(Goals|Objetivos)\.\s*/, '')
    .slice(0, 200);
}

/** The words of a page by its sections; formulas, code and outputs too, as far as they are text. */
export function sectionsOf(body: Pick<Body, 'html' | 'headings'>, title: string): Section[] {
  const [intro, ...rest] = body.html.split(/(?=<h[2-6] id=")/);
  const text = (html: string) =>
    plainText(html.replace(/<h\d[^>]*>[\s\S]*?<\/h\d>|<annotation[\s\S]*?<\/annotation>/g, ' ')).slice(
      0,
      4000,
    );
  const first = { id: '', title, text: text(intro!) };
  return [
    first,
    ...rest.map((html, i) => ({ id: body.headings[i]!.id, title: body.headings[i]!.text, text: text(html) })),
  ];
}

function partly({ t }: Frame, states: ReadonlyMap<string, State> | undefined): string {
  if (!states) return '';
  const missing = [...states.values()].filter((state) => state === 'missing').length;
  if (missing === 0) return '';
  const values = { done: states.size - missing, all: states.size };
  return `<p class="note">${escapeHtml(t('translate.partly', values))}</p>`;
}

function actions({ t }: Frame, download: string, file: string, kind: string): string {
  const name = file.replace(/^notebooks\//, '');
  const command = `npm start -- ${file}`;
  const running = `http://localhost:8888/lab/tree/${name}`;
  const open =
    kind === 'lab'
      ? `<details class="open-in"><summary>${escapeHtml(t('lab.open'))}</summary><div><p>${escapeHtml(t('lab.openHow'))}</p><div class="code"><pre tabindex="0">${escapeHtml(command)}</pre><button type="button" class="copy" data-copied="${escapeHtml(t('code.copied'))}" aria-label="${escapeHtml(t('code.copy'))}">${escapeHtml(t('code.copy'))}</button></div><p>${escapeHtml(t('lab.openRunning'))} <a class="external" href="${running}">localhost:8888</a></p></div></details>`
      : '';
  const title = escapeHtml(t('lab.downloadTitle', { file: download.split('/').at(-1)! }));
  return `<div class="actions">${open}<a class="button" href="${download}" download title="${title}">${escapeHtml(t('lab.download'))}<span aria-hidden="true"> .ipynb</span></a></div>`;
}

function badge({ t, language }: Frame, facts: Facts): string {
  const unknown = t('badge.unknown');
  const date = facts.date
    ? new Date(`${facts.date}T12:00:00Z`).toLocaleDateString(language === 'en' ? 'en-GB' : 'pt-BR', {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        timeZone: 'UTC',
      })
    : unknown;
  const number = new Intl.NumberFormat(language === 'en' ? 'en' : 'pt-BR', { maximumFractionDigits: 1 });
  const data = facts.data.map((one) =>
    one.replace(
      /(\d+)\+(\d+)$/,
      (_, train, test) => `(${number.format(Number(train))} + ${number.format(Number(test))})`,
    ),
  );
  const rows: [string, string, string?][] = [
    [t('badge.date'), date],
    [t('badge.engine'), [facts.engine ?? unknown, facts.device].filter(Boolean).join(', ')],
    [t('badge.time'), facts.seconds === undefined ? unknown : duration(t, facts.seconds, number)],
    [
      t('badge.guarded'),
      t('badge.guardedValue', { guarded: facts.guarded, total: facts.withOutputs }),
      t('badge.guardedHelp'),
    ],
    [t('badge.data'), data.join(', ') || t('badge.none')],
    [
      t('badge.commit'),
      facts.commit ? `${facts.commit}${facts.isChanged ? ` (${t('badge.dirty')})` : ''}` : unknown,
    ],
  ];
  const items = rows.map(
    ([term, value, help]) =>
      `<div${help ? ` title="${escapeHtml(help)}"` : ''}><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="badge" aria-label="${escapeHtml(t('badge.title'))}">${items.join('')}</dl>`;
}

function duration(t: Frame['t'], seconds: number, number: Intl.NumberFormat): string {
  return seconds < 90
    ? t('seconds', { n: number.format(seconds < 10 ? seconds : Math.round(seconds)) })
    : t('minutes', { n: number.format(seconds / 60) });
}
