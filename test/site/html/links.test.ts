import { expect, it } from 'vitest';
import { linker } from '../../../site/html/links.ts';

const link = linker(
  (number) =>
    ['04', '05', '08'].includes(number) ? { href: `${number}.html`, title: `T${number}` } : undefined,
  '05',
);

it('links mentions of other labs, not of its own or of labs that there are not', () => {
  expect(link('<p>See lab 08, and lab 05.</p>')).toBe(
    '<p>See <a href="08.html" title="T08">lab 08</a>, and lab 05.</p>',
  );
  expect(link('<p>labs 04 and 08 (lab 99)</p>')).toBe(
    '<p>labs <a href="04.html" title="T04">04</a> and <a href="08.html" title="T08">08</a> (lab 99)</p>',
  );
  expect(link('<p>labs 04 (scores, 08) and 08 (x).</p>')).toBe(
    '<p>labs <a href="04.html" title="T04">04</a> (scores, 08) and <a href="08.html" title="T08">08</a> (x).</p>',
  );
  expect(link('<p>laboratório 08</p>')).toBe('<p><a href="08.html" title="T08">laboratório 08</a></p>');
});

it('leaves code, headings and links alone', () => {
  const html = '<h2>lab 08</h2><code>lab 08</code><a href="x">lab 08</a>';
  expect(link(html)).toBe(html);
});

it('turns links to notebooks into links to pages, and marks links that leave', () => {
  expect(link('<a href="08-convolution.ipynb#pooling">x</a>')).toBe('<a href="08.html#pooling">x</a>');
  expect(link('<a href="https://doi.org/1">x</a>')).toBe(
    '<a class="external" rel="noopener" href="https://doi.org/1">x</a>',
  );
});
