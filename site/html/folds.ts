/** Hints and solutions: `<details>` of the notebook, told apart by their titles so that they can look different. */
export function styleFolds(html: string): string {
  return html.replace(/<details>\s*<summary>([\s\S]*?)<\/summary>/gi, (_, title: string) => {
    const kind = /solution|solução/i.test(title) ? 'solution' : /hint|dica/i.test(title) ? 'hint' : 'more';
    return `<details class="fold ${kind}"><summary>${title}</summary>`;
  });
}

/**
 * Tables scroll in a box of their own where they are wider than the page. Sizes in them are not broken: `[28, 28, 1]`, `5 x 5 x 3`.
 * An empty corner is no heading.
 */
export const boxTables = (html: string): string =>
  html.replace(/<table\b[\s\S]*?<\/table>/g, (table) => {
    const inside = table
      .replace(/<th\b([^>]*)>\s*<\/th>/g, '<td$1></td>')
      .replace(/(?<=>)[^<]*\d[^<]*(?=<\/t[dh]>)/g, unbroken);
    return `<div class="table" tabindex="0">${inside}</div>`;
  });

const unbroken = (text: string): string =>
  text.replace(/\[\d+(?:, \d+)+\]|\d+(?: [x×] \d+)+/g, (size) => size.replaceAll(' ', '\u00a0'));
