import { expect, it } from 'vitest';
import { errataIn } from '../../../site/pages/errata.ts';
import { readingIn } from '../../../site/pages/references.ts';

it('finds errata as paragraphs, with the list that they announce, as quotes and as sections', () => {
  const html = [
    '<p>Before.</p><p><strong>Erratum of the slides.</strong> It is 2, not 3.</p><p>After.</p>',
    '<p><strong>Errata.</strong> Two more:</p>\n<ul><li>a</li><li>b</li></ul><ul><li>not mine</li></ul>',
    '<blockquote>\n<p><strong>Erratum.</strong> Quoted.</p>\n</blockquote>',
    '<h2 id="errata">Errata of the slides<a href="#errata">#</a></h2><p>In a section.</p><h2 id="next">Next</h2><p>no</p>',
    '<p><strong>Errata of the slides.</strong></p>\n<ul><li>c</li></ul>',
    '<pre>**Erratum.**</pre>',
  ].join('\n');
  expect(errataIn(html).map((one) => one.replaceAll(/\s+/g, ' ').trim())).toEqual([
    '<p>In a section.</p>',
    '<p>It is 2, not 3.</p>',
    '<p>Two more:</p> <ul><li>a</li><li>b</li></ul>',
    '<p>Quoted.</p>',
    '<ul><li>c</li></ul>',
  ]);
});

it('finds what a lab recommends, in both languages, and nothing of other lists', () => {
  const html =
    '<ul><li>no</li></ul><h2 id="a">Further reading<a>#</a></h2><ul><li>One</li><li>Two</li></ul><h2 id="b">End</h2><ul><li>no</li></ul>';
  expect(readingIn(html)).toEqual(['One', 'Two']);
  expect(readingIn('<h2 id="a">Leituras</h2><ul><li>Um</li></ul>')).toEqual(['Um']);
  expect(readingIn('<h2 id="a">Summary</h2><ul><li>Um</li></ul>')).toEqual([]);
});
