import { type Summary, summary } from '../../lib/analysis/index.ts';
import { type ModelName, models } from '../../lib/models/index.ts';
import families from '../content/architectures.json' with { type: 'json' };
import { anchorHeadings } from '../html/sections.ts';
import { escapeHtml } from '../html/text.ts';
import type { Language } from '../i18n/index.ts';
import { addresses, type Frame, type Page } from '../layout.ts';
import { costProfile } from './cost-profile.ts';
import { tableRows } from './layer-rows.ts';
import { addressesOf, papers } from './references.ts';
import { textPage } from './simple.ts';

/** What the models say of themselves does not hold: what they are for. Found by the longest prefix of a model's name. */
export interface Family {
  prefix: string;
  title: string;
  year: number;
  /** Key of its paper in the references. */
  paper: string;
  labs: string[];
  text: { en: string; pt: string };
}

export interface Architecture {
  name: ModelName;
  summary: Summary;
  family: Family | undefined;
}

export const allFamilies: readonly Family[] = families;

export const familyOf = (name: string): Family | undefined =>
  [...allFamilies]
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .find(({ prefix }) => name.startsWith(prefix));

export const architectures = (): Architecture[] =>
  (Object.keys(models) as ModelName[]).map((name) => ({
    name,
    summary: summary(models[name]()),
    family: familyOf(name),
  }));

const numberOf = (language: Language) =>
  new Intl.NumberFormat(language === 'en' ? 'en' : 'pt-BR', { maximumFractionDigits: 1 });

/** `138.4 million`, for the eye; tables have every digit. */
export function rounded(value: number, language: Language): string {
  const n = numberOf(language);
  const units: [number, string][] = [
    [1e9, language === 'en' ? 'billion' : 'bilhões'],
    [1e6, language === 'en' ? 'million' : 'milhões'],
  ];
  const unit = units.find(([size]) => value >= size);
  return unit ? `${n.format(value / unit[0])} ${unit[1]}` : n.format(value);
}

export function architecturePages(frame: Frame, all: readonly Architecture[]): Page[] {
  return [listPage(frame, all), ...all.map((one) => onePage(frame, one, all))];
}

function listPage({ t, language }: Frame, all: readonly Architecture[]): Page {
  const n = numberOf(language);
  const path = 'architectures/index.html';
  const rows = all.map(
    ({ name, summary: { inputShape, totals }, family }) =>
      `<tr><th scope="row"><a href="${name}.html">${escapeHtml(name)}</a></th><td class="num">${family?.year ?? ''}</td><td class="num">${inputShape.join(' × ')}</td><td class="num">${n.format(totals.parameters)}</td><td class="num">${n.format(totals.multiplyAdds)}</td><td class="num">${n.format(totals.weightBytes / 1e6)} MB</td></tr>`,
  );
  const head = (
    ['col.model', 'col.year', 'col.input', 'col.parameters', 'col.operations', 'col.weights'] as const
  )
    .map((key, i) => `<th scope="col"${i > 0 ? ' class="num"' : ''}>${escapeHtml(t(key))}</th>`)
    .join('');
  const html = `<div class="table wide" tabindex="0"><table class="plain"><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
  return { ...textPage(path, t('architectures.title'), t('architectures.lead'), html), kind: 'page' };
}

function onePage(
  frame: Frame,
  { name, summary: costs, family }: Architecture,
  all: readonly Architecture[],
): Page {
  const { t, language, labs } = frame;
  const n = numberOf(language);
  const path = `architectures/${name}.html`;
  const to = addresses(language, path);
  const { rows, grouped } = tableRows(costs.rows);
  const { totals } = costs;
  const facts = [
    [costs.inputShape.join(' × '), t('fact.input')],
    [rounded(totals.parameters, language), t('fact.parameters')],
    [rounded(totals.multiplyAdds, language), t('fact.operations')],
    [`${n.format(totals.weightBytes / 1e6)} MB`, t('fact.weights')],
    [rounded(totals.activations, language), t('fact.forward')],
  ].map(([value, label]) => `<div><dd>${escapeHtml(value!)}</dd><dt>${escapeHtml(label!)}</dt></div>`);
  const paper = papers.find(({ key }) => key === family?.paper);
  const about = [
    paper
      ? `${escapeHtml(t('architectures.paper'))}: <a href="${to.page(`references.html#${paper.key}`)}">${escapeHtml(`${paper.authors}, ${paper.year}`)}</a>, ${addressesOf(
          paper,
        )
          .slice(0, 1)
          .map(
            ({ label, href }) => `<a class="external" rel="noopener" href="${href}">${escapeHtml(label)}</a>`,
          )
          .join('')}`
      : '',
    (family?.labs ?? []).some((number) => labs.some((lab) => lab.number === number))
      ? `${escapeHtml(t('architectures.labs'))}: ${labs
          .filter(({ number }) => family!.labs.includes(number))
          .map((lab) => `<a href="${to.page(lab.path)}">${escapeHtml(`${lab.number} · ${lab.title}`)}</a>`)
          .join(', ')}`
      : '',
    relatives(),
  ].filter(Boolean);
  const times = rows.some((row) => row.times > 1);
  const columns = [
    'col.layer',
    'col.kind',
    'col.output',
    ...(times ? ['col.times'] : []),
    'col.parameters',
    'col.operations',
    'col.memory',
    'col.field',
  ] as const;
  const head = columns
    .map(
      (key, i) =>
        `<th scope="col"${i > 1 ? ' class="num"' : ''}>${escapeHtml(t(key as Parameters<typeof t>[0]))}</th>`,
    )
    .join('');
  const number = (value: number) =>
    value === 0 ? '<td class="num zero">0</td>' : `<td class="num">${n.format(value)}</td>`;
  const body = rows.map(
    (row) =>
      `<tr><th scope="row">${escapeHtml(row.path)}</th><td>${escapeHtml(row.kind)}</td><td class="num">${row.output}</td>${times ? `<td class="num">${row.times > 1 ? `${row.times} ×` : ''}</td>` : ''}${number(row.parameters)}${number(row.operations)}${number(row.values)}<td class="num">${row.field}</td></tr>`,
  );
  const foot = `<tfoot><tr><th scope="row" colspan="${times ? 4 : 3}">${escapeHtml(t('col.total'))}</th><td class="num">${n.format(totals.parameters)}</td><td class="num">${n.format(totals.multiplyAdds)}</td><td class="num">${n.format(totals.activations)}</td><td></td></tr></tfoot>`;
  const code = `import { models, summary } from 'convbook';\nsummary(models['${name}']())`;
  const html = `<dl class="bigfacts">${facts.join('')}</dl>
${about.map((line) => `<p>${line}</p>`).join('\n')}
<h2>${escapeHtml(t('architectures.profile'))}</h2>
<figure class="output drawing">${costProfile(frame, name, rows)}</figure>
<h2>${escapeHtml(t('architectures.table'))}</h2>
${grouped ? `<p class="where">${escapeHtml(t('architectures.grouped'))}</p>` : ''}
<div class="table wide" tabindex="0"><table class="plain layers"><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody>${foot}</table></div>
<h2>${escapeHtml(t('architectures.code'))}</h2>
<div class="code"><pre tabindex="0">${escapeHtml(code)}</pre><button type="button" class="copy" data-copied="${escapeHtml(t('code.copied'))}" aria-label="${escapeHtml(t('code.copyLabel'))}">${escapeHtml(t('code.copy'))}</button></div>`;
  const anchored = anchorHeadings(html, new Set(), t('anchor'));
  const lead = family?.text[language] ?? t('architectures.lead');
  const page = textPage(path, name, lead, anchored.html, anchored.headings);
  // The tables' rows say nothing that somebody searches for.
  page.kind = 'page';
  page.contents = '';
  page.sections = [
    { id: '', title: family ? `${name} (${family.title}, ${family.year})` : name, text: lead },
  ];
  return page;

  function relatives(): string {
    const others = all.filter((one) => one.family === family && one.name !== name);
    if (!family || others.length === 0) return '';
    const links = others.map((one) => `<a href="${one.name}.html">${escapeHtml(one.name)}</a>`);
    return `${escapeHtml(t('architectures.variants'))}: ${links.join(', ')}`;
  }
}
