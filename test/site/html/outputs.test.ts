import { expect, it } from 'vitest';
import { setOutputs } from '../../../site/html/outputs.ts';
import { translator } from '../../../site/i18n/index.ts';

const t = translator('en');

it('takes scripts out of outputs, and keeps the data of figures', () => {
  const html =
    '<div class="output html"><script>alert(1)</script><b onclick="go()">x</b></div><script type="application/json">{"a":1}</script>';
  expect(setOutputs(html, t, 'c1')).toBe(
    '<div class="output html"><b>x</b></div><script type="application/json">{"a":1}</script>',
  );
});

it("keeps the parts of a page's drawings apart, nested ones too", () => {
  const svg = '<svg><image id="a"/><svg><use href="#a"/></svg><g clip-path="url(#a)"/></svg>';
  expect(setOutputs(svg, t, 'c7')).toBe(
    '<svg><image id="c7-a"/><svg><use href="#c7-a"/></svg><g clip-path="url(#c7-a)"/></svg>',
  );
});

it('says once of a control what it is', () => {
  const html = `<div class="output control">[a carrier]</div><div class="output control">[slider k: 5, from 1 to 15]</div>`;
  const set = setOutputs(html, t, 'c1');
  expect(set.match(/output control/g)).toHaveLength(1);
  expect(set).toContain('slider k: 5, from 1 to 15');
});

it('gives what moves a button to stop it, and nothing else one', () => {
  const moving = setOutputs('<figure class="output drawing"><svg><g><animate/></g></svg></figure>', t, 'c1');
  expect(moving).toContain('data-animation');
  expect(setOutputs('<figure class="output drawing"><svg></svg></figure>', t, 'c1')).not.toContain('button');
});

it('gives wide drawings a box that scrolls on phones, and leaves small ones alone', () => {
  const drawing = (width: number, inside = '') =>
    setOutputs(
      `<figure class="output drawing"><svg role="img" width="${width}" height="90">${inside}</svg></figure>`,
      t,
      'c1',
    );
  expect(drawing(640)).toContain('<figure class="output drawing wide" tabindex="0"><svg');
  expect(drawing(212)).toContain('<figure class="output drawing"><svg');
  expect(drawing(640, '<animate/>')).toMatch(
    /<figure class="output drawing wide moving" tabindex="0"><svg[^>]*><animate\/><\/svg><button/,
  );
});
