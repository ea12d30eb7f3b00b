import { expect, it } from 'vitest';
import { mapText, plainText, slugOf, unescapeHtml } from '../../../site/html/text.ts';

it('reads HTML as a person does', () => {
  expect(plainText('<p>A &amp; <b>b</b></p><svg><text>no</text></svg><pre>x &lt; 1</pre>')).toBe(
    'A & b x < 1',
  );
  expect(unescapeHtml('&#39;&#x41;&nosuch;')).toBe("'A&nosuch;");
});

it('changes text outside of named elements alone', () => {
  const html = '<p>lab 01 <a href="lab 01">lab 01</a><br> lab 01</p>';
  expect(mapText(html, ['a'], (text) => text.toUpperCase())).toBe(
    '<p>LAB 01 <a href="lab 01">lab 01</a><br> LAB 01</p>',
  );
});

it('makes addresses of headings, each once', () => {
  const taken = new Set<string>();
  expect(slugOf("What's new?", taken)).toBe('whats-new');
  expect(slugOf('Convolução: três maneiras', taken)).toBe('convolucao-tres-maneiras');
  expect(slugOf("What's new?", taken)).toBe('whats-new-2');
  expect(slugOf('∑', taken)).toBe('section');
});
