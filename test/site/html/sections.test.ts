import { expect, it } from 'vitest';
import { boxTables, styleFolds } from '../../../site/html/folds.ts';
import { anchorHeadings, contentsList } from '../../../site/html/sections.ts';

it('gives headings addresses and links to themselves, and lists two levels', () => {
  const { html, headings } = anchorHeadings(
    '<h2>Idea</h2><p>x</p><h3>More</h3><h4>Deep</h4>',
    new Set(),
    'Link',
  );
  expect(html).toContain(
    '<h2 id="idea">Idea<a class="anchor" href="#idea" aria-label="Link: Idea">#</a></h2>',
  );
  expect(headings.map(({ id, level }) => [id, level])).toEqual([
    ['idea', 2],
    ['more', 3],
    ['deep', 4],
  ]);
  expect(contentsList(headings)).toBe(
    '<ol><li class="level-2"><a href="#idea">Idea</a></li><li class="level-3"><a href="#more">More</a></li></ol>',
  );
  expect(contentsList(headings.slice(0, 1))).toBe('');
});

it('tells hints and solutions apart, in both languages', () => {
  expect(styleFolds('<details><summary>Hint 1: the idea</summary>')).toContain('class="fold hint"');
  expect(styleFolds('<details><summary>Dica 2</summary>')).toContain('class="fold hint"');
  expect(styleFolds('<details>\n<summary>Solução</summary>')).toContain('class="fold solution"');
  expect(styleFolds('<details><summary>Proof</summary>')).toContain('class="fold more"');
});

it('puts each table into a box that scrolls', () => {
  expect(boxTables('<p/><table><tr/></table>')).toBe(
    '<p/><div class="table" tabindex="0"><table><tr/></table></div>',
  );
});

it('keeps sizes in tables on one line, and nothing else', () => {
  const table = (text: string) => boxTables(`<table><tr><td>${text}</td></tr></table>`);
  expect(table('[28, 28, 1]')).toContain('>[28,\u00a028,\u00a01]<');
  expect(table('224 x 224 x 3')).toContain('>224\u00a0x\u00a0224\u00a0x\u00a03<');
  expect(table('Conv2D(32, 3x3, same)')).toContain('>Conv2D(32, 3x3, same)<');
  expect(boxTables('<p>[28, 28, 1]</p>')).toBe('<p>[28, 28, 1]</p>');
  expect(boxTables('<table><thead><th></th><th>a</th></thead></table>')).toContain('<td></td><th>a</th>');
});
