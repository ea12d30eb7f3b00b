import katex from 'katex';
import { unescapeHtml } from './text.ts';

/**
 * Sets the formulas that the exporter marked. Pages need no script for them: KaTeX runs here, and adds MathML for those who listen.
 *
 * @throws a sentence with the formula where LaTeX can't be read
 */
export function setMath(html: string): string {
  return html.replace(
    /<span data-math="(display|inline)">([\s\S]*?)<\/span>/g,
    (_, mode: string, escaped: string) => {
      const formula = unescapeHtml(escaped);
      try {
        const set = katex.renderToString(formula.trim(), {
          displayMode: mode === 'display',
          strict: 'ignore',
          throwOnError: true,
        });
        return mode === 'display' ? `<span class="formula" tabindex="0">${set}</span>` : set;
      } catch (error) {
        throw new Error(`has a formula that can't be set: $${formula}$ (${(error as Error).message})`);
      }
    },
  );
}
