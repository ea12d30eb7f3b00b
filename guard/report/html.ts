import { escapeXml as escaped } from '../../lib/figures/text.ts';
import type { CellReport, NotebookReport } from '../check.ts';
import { joined, type Output } from '../notebook.ts';

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1200px; padding: 0 1em; color: #222; background: #fff }
h2 { margin-top: 2em } h3 { margin: 1.5em 0 .3em; font-size: 1em }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid #bbb; padding: .3em .5em; vertical-align: top; text-align: left }
th { background: #f1f1f1 } pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font-size: 13px }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; margin-top: .5em } .sides > div { border: 1px solid #bbb; padding: .5em; overflow: auto }
.sides h4 { margin: 0 0 .3em; font-size: .9em } iframe { width: 100%; height: 300px; border: 0 } img { max-width: 100% }`;

/** A page with, for each cell that differs, the findings and both outputs side by side. It needs nothing but itself. */
export function htmlReport(
  reports: readonly NotebookReport[],
  title = 'Notebooks against their committed outputs',
): string {
  const rows = reports.map(
    ({ file, status, cells, seconds, facts, reason }) =>
      `<tr><td><a href="#${escaped(file)}">${escaped(file)}</a></td><td>${status}</td><td>${cells.filter((c) => c.status === 'failed').length} of ${cells.length}</td>` +
      `<td>${seconds.toFixed(1)} s</td><td>${escaped([facts.engine ?? 'no engine', ...facts.data].join(', '))}</td><td>${escaped(reason ?? '')}</td></tr>`,
  );
  const heads = ['Notebook', 'Status', 'Cells that differ', 'Time', 'Ran on', 'Note'];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escaped(title)}</h1>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
${reports.map(section).join('\n')}
</main></body></html>
`;
}

function section({ file, cells }: NotebookReport): string {
  const wrong = cells.filter((cell) => cell.status === 'failed');
  const body = wrong.length === 0 ? '<p>No cell differs.</p>' : wrong.map(cellSection).join('\n');
  return `<section id="${escaped(file)}"><h2>${escaped(file)}</h2>${body}</section>`;
}

function cellSection(cell: CellReport): string {
  const rows = cell.findings.map(
    (one) =>
      `<tr><td>${escaped(one.where)}</td><td><pre>${escaped(one.expected)}</pre></td><td><pre>${escaped(one.got)}</pre></td><td>${escaped(one.rule)}</td></tr>`,
  );
  const heads = ['Where', 'Expected', 'Got', 'Rule'].map((head) => `<th scope="col">${head}</th>`).join('');
  return (
    `<h3>Cell ${cell.index}: <code>${escaped(cell.name)}</code></h3>` +
    `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table>` +
    `<div class="sides"><div><h4>Committed</h4>${outputs(cell.expected)}</div><div><h4>Now</h4>${outputs(cell.got)}</div></div>`
  );
}

const outputs = (list: readonly Output[]) =>
  list.length === 0 ? '<p>(no output)</p>' : list.map(outputHtml).join('\n');

/** One output, by the best form that needs no scripts. HTML goes into a frame without rights: outputs are not ours. */
function outputHtml(output: Output): string {
  const pre = (text: string) => `<pre>${escaped(text)}</pre>`;
  if (output.output_type === 'stream') return pre(joined(output.text));
  if (output.output_type === 'error') return pre(`${output.ename}: ${output.evalue}`);
  const data = output.data ?? {};
  const alt = (mime: string) =>
    escaped(String((output.metadata?.[mime] as { alt?: string } | undefined)?.alt ?? 'output'));
  for (const mime of ['image/svg+xml', 'image/png', 'image/jpeg']) {
    if (!(mime in data)) continue;
    const content = joined(data[mime]);
    const base64 =
      mime === 'image/svg+xml' ? Buffer.from(content).toString('base64') : content.replace(/\s/g, '');
    return `<img alt="${alt(mime)}" src="data:${mime};base64,${base64}">`;
  }
  if ('text/html' in data)
    return `<iframe sandbox="" title="HTML output" srcdoc="${escaped(joined(data['text/html']))}"></iframe>`;
  return pre(joined(data['text/plain'] ?? Object.keys(data).join(', ')));
}
