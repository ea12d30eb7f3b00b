import { expect, it } from 'vitest';
import { lightHighlight, markNames } from '../../../site/html/code.ts';

it('drops marks that show nothing', () => {
  const html =
    '<pre><span></span><span class="kd">const</span><span class="w"> </span><span class="nx">a</span><span class="p">;</span></pre>';
  expect(lightHighlight(html)).toBe('<pre><span class="kd">const</span> a;</pre>');
});

it('marks names where the compiler found them, through escapes and marks', () => {
  const source = "\nconst a = x < '&';\na";
  const html = `<pre><span class="kd">const</span> a = x &lt; <span class="s1">'&amp;'</span>;\na\n</pre>`;
  const at = (text: string, from = 0) => source.indexOf(text, from);
  const marked = markNames(html, source, [
    [at('a'), 1, 0],
    [at('x'), 1, 1],
    [source.length - 1, 1, 0],
  ]);
  expect(marked).toBe(
    `<pre><span class="kd">const</span> <span data-t="0">a</span> = <span data-t="1">x</span> &lt; <span class="s1">'&amp;'</span>;\n<span data-t="0">a</span>\n</pre>`,
  );
});

it('leaves a name alone that is not where it should be', () => {
  expect(markNames('<pre>abc</pre>', 'xbc', [[0, 1, 0]])).toBe('<pre>abc</pre>');
});
