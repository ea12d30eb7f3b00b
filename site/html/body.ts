import { type Cell, convbookMetadata, joined } from '../../guard/notebook.ts';
import type { Translate } from '../i18n/index.ts';
import { cellOf } from '../problems.ts';
import type { Rendered } from '../render.ts';
import type { State } from '../translation/sidecar.ts';
import { lightHighlight, markNames } from './code.ts';
import { boxTables, styleFolds } from './folds.ts';
import type { LinkTo } from './links.ts';
import { setMath } from './math.ts';
import { setOutputs } from './outputs.ts';
import { anchorHeadings, type Heading } from './sections.ts';
import { escapeHtml, plainText } from './text.ts';

/** The cells of a notebook as they stand on its page. */
export interface Body {
  title: string;
  html: string;
  headings: Heading[];
  /** The texts that say what names are; code refers to them by number. */
  types: string[];
  hasFigures: boolean;
  hasMath: boolean;
}

export interface BodyOptions {
  t: Translate;
  link: LinkTo;
  /** Of the text cells of a page that is a translation. */
  states?: ReadonlyMap<string, State>;
  /** Where a cell's original is. */
  original?: string;
}

/** @throws a sentence that names file and cell where a cell can't be set */
export function bodyOf(rendered: Rendered, options: BodyOptions): Body {
  const { source, notebook, types } = rendered;
  const { t } = options;
  const taken = new Set<string>(['content']);
  const headings: Heading[] = [];
  // A page with no translation at all says so once, at its top.
  const isBegun = [...(options.states?.values() ?? [])].some((state) => state !== 'missing');
  let title = '';
  const parts = notebook.cells.map((cell, index) => {
    try {
      let html = setMath(lightHighlight(rendered.cells[index]!));
      if (cell.cell_type === 'code') return codeCell(cell, index, html);
      html = html.replace(/<h1>([\s\S]*?)<\/h1>/, (all, inner: string) => {
        if (title) return all;
        title = plainText(inner);
        return '';
      });
      // Code that is wider than the page is scrolled by keyboard too.
      html = boxTables(styleFolds(html)).replaceAll('<pre>', '<pre tabindex="0">');
      const anchored = anchorHeadings(options.link(html), taken, t('anchor'));
      headings.push(...anchored.headings);
      return textCell(cell, anchored.html);
    } catch (error) {
      throw new Error(`${cellOf(source.file, index, cell.id)} ${(error as Error).message}`);
    }
  });
  const html = parts.join('\n');
  return {
    title,
    html,
    headings,
    types: types.texts,
    hasFigures: html.includes('data-plotly'),
    hasMath: html.includes('class="katex'),
  };

  function textCell(cell: Cell, html: string): string {
    const state = cell.id === undefined ? undefined : options.states?.get(cell.id);
    const role = convbookMetadata(cell.metadata)['role'] === 'task' ? ' task' : '';
    const id = cell.id ? ` id="cell-${cell.id}"` : '';
    if (state === 'missing') {
      const note = isBegun ? `<p class="translation">${escapeHtml(t('translate.missing'))}</p>` : '';
      return `<div class="cell text${role}"${id}>${note}<div lang="en">${html}</div></div>`;
    }
    const note =
      state === 'stale'
        ? `<p class="translation">${escapeHtml(t('translate.stale'))} <a href="${options.original}#cell-${cell.id}" hreflang="en">${escapeHtml(t('translate.original'))}</a></p>`
        : '';
    return `<div class="cell text${role}"${id}>${note}${html}</div>`;
  }

  function codeCell(cell: Cell, index: number, html: string): string {
    const code = joined(cell.source);
    const [input, outputs] = split(html);
    const marked = markNames(input, code, types.places[index] ?? [])
      .replace('<pre>', '<pre tabindex="0">')
      .replace(/\n<\/pre>/, '</pre>');
    const role = String(convbookMetadata(cell.metadata)['role'] ?? '');
    const id = cell.id ? ` id="cell-${cell.id}"` : '';
    const copy = `<button type="button" class="copy" data-copied="${escapeHtml(t('code.copied'))}" aria-label="${escapeHtml(t('code.copyLabel'))}">${escapeHtml(t('code.copy'))}</button>`;
    const label = role === 'work' ? `<p class="role">${escapeHtml(t('exercise.work'))}</p>` : '';
    const shown = boxTables(setOutputs(outputs, t, `c${index}`)).replaceAll('<pre>', '<pre tabindex="0">');
    const inside = `${label}<div class="code">${marked}${copy}</div>${shown}`;
    if (role === 'check') {
      return `<details class="cell check"${id}><summary>${escapeHtml(t('exercise.check'))}</summary>${inside}</details>`;
    }
    return `<div class="cell ${role === 'work' ? 'work' : 'program'}"${id}>${inside}</div>`;
  }
}

function split(html: string): [string, string] {
  const at = html.indexOf('<div class="outputs">');
  return at < 0 ? [html, ''] : [html.slice(0, at), html.slice(at)];
}
