import type { Translate } from '../i18n/index.ts';
import { escapeHtml, unescapeHtml } from './text.ts';

/** What the outputs of a cell become on a page where nothing computes. */
export function setOutputs(html: string, t: Translate, prefix: string): string {
  return animations(
    wideDrawings(
      uniqueIds(
        controls(html, t)
          // A script of an output talks to a kernel, and there is none here.
          .replace(/<script\b(?![^>]*application\/json)[^>]*>[\s\S]*?<\/script>/gi, '')
          .replace(/\son[a-z]+="[^"]*"/gi, '')
          // Words and looks of a live exercise would tell a reader that he failed.
          .replace(/<div role="status"(?: style="[^"]*")?/g, '<div class="verdict"')
          .replace(/<pre class="output/g, '<pre tabindex="0" class="output')
          .replace(/(<figure class="output plotly")/g, '$1 data-plotly'),
        prefix,
      ),
    ),
    t,
  );
}

const NARROW = 480;

/** On a phone a wide drawing would shrink until nobody can read it: there it scrolls in its box, as wide tables do. */
const wideDrawings = (html: string): string =>
  html.replace(/<figure class="output drawing">(?=<svg\b[^>]*?\swidth="([\d.]+))/g, (all, width: string) =>
    Number(width) > NARROW ? '<figure class="output drawing wide" tabindex="0">' : all,
  );

const CONTROL = /<div class="output control">([\s\S]*?)<\/div>/g;

/** A control may be several outputs; the last one says what it is. */
function controls(html: string, t: Translate): string {
  const last = [...html.matchAll(CONTROL)].at(-1)?.index;
  return html.replace(CONTROL, (_, text: string, at: number) => {
    if (at !== last) return '';
    const state = unescapeHtml(text).replace(/^'?\[|\]'?$/g, '');
    return `<p class="output control">${escapeHtml(t('output.control', { text: state }))}</p>`;
  });
}

/** The drawings of a page name parts of themselves; the same drawing in two cells must not name two parts the same. */
function uniqueIds(html: string, prefix: string): string {
  return html
    .split(/(<script\b[\s\S]*?<\/script>)/)
    .map((part) =>
      part.startsWith('<script')
        ? part
        : part
            .replace(/\bid="([^"]+)"/g, `id="${prefix}-$1"`)
            .replace(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`)
            .replace(/href="#([^"]+)"/g, `href="#${prefix}-$1"`),
    )
    .join('');
}

/** Who needs it can stop what moves. */
function animations(html: string, t: Translate): string {
  return html.replace(
    /<figure class="output drawing( wide)?"( tabindex="0")?>(<svg\b[\s\S]*?<\/svg>)<\/figure>/g,
    (all, wide = '', tabindex = '', svg: string) =>
      svg.includes('<animate')
        ? `<figure class="output drawing${wide} moving"${tabindex}>${svg}<button type="button" class="quiet" data-animation data-pause="${escapeHtml(t('output.pause'))}" data-play="${escapeHtml(t('output.play'))}">${escapeHtml(t('output.pause'))}</button></figure>`
        : all,
  );
}
