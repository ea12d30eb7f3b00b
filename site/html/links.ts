import { escapeHtml, mapText } from './text.ts';

/** `lab 08`, `labs 05 and 08`, `labs 06 (initialisation), 08 (convolution) and 12`. */
const MENTION =
  /\b(labs|laboratórios) (\d\d(?: \([^()]*\))?(?:(?:, and |, | and | e | to | a )\d\d(?: \([^()]*\))?)*)(?!\d)|\b(lab|laboratório) (\d\d)\b/gi;

/** Makes the links of a text fit its page. */
export type LinkTo = (html: string) => string;

/**
 * Links between notebooks become links between pages, mentions of a lab (`lab 08`, `labs 05 and 08`) become links, and links to
 * other places open as such.
 *
 * @param pageOf the address of a lab's page from this one, where there is such a lab
 * @param own the number of this page's lab
 */
export function linker(
  pageOf: (number: string) => { href: string; title: string } | undefined,
  own: string,
  fileOf: (name: string) => string | undefined = () => undefined,
): LinkTo {
  const mention = (text: string) =>
    text.replace(MENTION, (...groups: string[]) => {
      const [word, numbers] = (groups[1] ? groups.slice(1, 3) : groups.slice(3, 5)) as [string, string];
      const single = !/s$/i.test(word);
      // What stands in brackets between the numbers is no number of a lab.
      const linked = numbers.replace(/\([^()]*\)|\d\d/g, (found) => {
        const page = found.startsWith('(') || found === own ? undefined : pageOf(found);
        const shown = single && page ? `${word} ${found}` : found;
        return page ? `<a href="${page.href}" title="${escapeHtml(page.title)}">${shown}</a>` : found;
      });
      return single && linked.startsWith('<a') ? linked : `${word} ${linked}`;
    });
  return (html) =>
    mapText(html, ['a', 'code', 'pre', 'h1', 'h2', 'h3', 'h4', 'summary', 'svg', 'math', 'script'], mention)
      .replace(/<a href="([^"#]+?)\.ipynb(#[^"]*)?"/g, (all, file: string, hash = '') => {
        const name = file.split('/').at(-1)!;
        const href = pageOf(/^(\d\d)-/.exec(name)?.[1] ?? '')?.href ?? fileOf(name);
        return href ? `<a href="${href}${hash}"` : all;
      })
      .replace(/<a href="(https?:[^"]+)"/g, '<a class="external" rel="noopener" href="$1"');
}
