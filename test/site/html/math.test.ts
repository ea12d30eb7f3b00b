import { expect, it } from 'vitest';
import { setMath } from '../../../site/html/math.ts';

it('sets formulas with MathML for those who listen, and leaves other text alone', () => {
  const html = setMath('<p>For <span data-math="inline">a &lt; b</span> and <b>x</b></p>');
  expect(html).toMatch(/^<p>For <span class="katex">/);
  expect(html).toContain('<annotation encoding="application/x-tex">a &lt; b</annotation>');
  expect(html).toContain('<b>x</b></p>');
});

it('gives a display formula a block of its own that can be scrolled', () => {
  expect(setMath('<span data-math="display">\\frac{1}{2}</span>')).toMatch(
    /^<span class="formula" tabindex="0">.*katex-display/,
  );
});

it('names a formula that is wrong', () => {
  expect(() => setMath('<span data-math="inline">\\frac{1}{</span>')).toThrow(
    /has a formula that can't be set: \$\\frac\{1\}\{\$/,
  );
});
