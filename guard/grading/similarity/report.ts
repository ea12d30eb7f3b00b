import { escapeXml } from '../../../lib/figures/text.ts';
import type { Pair, Passage, Work } from './compare.ts';

export const MEANING =
  'Two works that have much in common are a reason to read both, and no verdict. Short tasks have few solutions, the hints are the same for ' +
  'all, and students may have worked together as the course allows. Names, numbers, comments and layout were left out of the comparison, ' +
  'and so was what the assignment hands out and what many wrote. Talk to the students before you decide anything.';

/** A page with each pair side by side, what they have in common marked. */
export function similarityHtml(title: string, pairs: readonly Pair[], works: readonly Work[]): string {
  const code = new Map(works.map((work) => [work.student, work.code]));
  const rows = pairs.map(
    (pair, i) =>
      `<tr><td><a href="#pair-${i}">${escapeXml(pair.a)} and ${escapeXml(pair.b)}</a></td><td>${percent(pair.share)}</td><td>${pair.common}</td><td>${pair.passages.length}</td></tr>`,
  );
  const sections = pairs.map(
    (pair, i) =>
      `<section id="pair-${i}"><h2>${escapeXml(pair.a)} and ${escapeXml(pair.b)}: ${percent(pair.share)}</h2><div class="pair">` +
      `${side(pair.a, code.get(pair.a) ?? '', pair.passages, 'a')}${side(pair.b, code.get(pair.b) ?? '', pair.passages, 'b')}</div></section>`,
  );
  const table =
    pairs.length === 0
      ? '<p><b>No pair is above the threshold.</b></p>'
      : `<table><caption>Pairs, the most alike first</caption><thead><tr><th scope="col">Works</th><th scope="col">Share in common</th><th scope="col">Fingerprints</th><th scope="col">Passages</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 80rem; margin: 1rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
table { border-collapse: collapse } th, td { border: 1px solid #999; padding: 0.2rem 0.6rem; text-align: left }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem } pre { font-size: 0.8rem; overflow: auto; border: 1px solid #ccc; padding: 0.5rem }
mark { background: #ffe08a; color: inherit; border-left: 4px solid #9a6700 } .note { border-left: 4px solid #0550ae; padding: 0.2rem 1rem }
</style></head><body><main><h1>${escapeXml(title)}</h1><p class="note">${MEANING}</p>
<p>${works.length} works were compared.</p>${table}${sections.join('\n')}</main></body></html>
`;
}

function side(student: string, code: string, passages: readonly Passage[], which: 'a' | 'b'): string {
  const lines = code.split('\n').map((line, n) => {
    const number = passages.findIndex((passage) => n >= passage[which].from && n <= passage[which].to);
    const text = escapeXml(line) || ' ';
    return number < 0 ? text : `<mark title="passage ${number + 1}">${text}</mark>`;
  });
  return `<div><h3>${escapeXml(student)}</h3><pre tabindex="0">${lines.join('\n')}</pre></div>`;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
