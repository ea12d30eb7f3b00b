import { type Cell, convbookMetadata, joined, type Output } from '../guard/notebook.ts';
import { cellOf } from './problems.ts';
import type { Source } from './sources.ts';

/**
 * What keeps a notebook from becoming a page, each a sentence that names file and cell: a picture without alt text, a cell that
 * did not run, an output without content, an id that two cells have, no title.
 */
export function checkSource(source: Source): string[] {
  const problems: string[] = [];
  const { cells } = source.notebook;
  const ids = new Map<string, number>();
  const isNew = source.kind === 'lab' && cells.every((cell) => cell.cell_type !== 'code' || !wasRun(cell));
  if (isNew && cells.some((cell) => cell.cell_type === 'code')) {
    problems.push(`${source.file} was never run: it has no outputs. Run it, or build without --no-run.`);
  }
  cells.forEach((cell, index) => {
    const where = cellOf(source.file, index, cell.id);
    const earlier = cell.id === undefined ? undefined : ids.get(cell.id);
    if (earlier !== undefined)
      problems.push(`${where} has the id of cell ${earlier + 1}; each cell needs its own.`);
    if (cell.id !== undefined) ids.set(cell.id, index);
    if (!['code', 'markdown', 'raw'].includes(cell.cell_type)) {
      problems.push(`${where} is of the kind "${cell.cell_type}"; there are code, markdown and raw.`);
    } else if (cell.cell_type === 'markdown')
      problems.push(...inMarkdown(cell).map((what) => `${where} ${what}`));
    else if (cell.cell_type === 'code')
      problems.push(...inCode(cell, source.kind === 'lab' && !isNew).map((what) => `${where} ${what}`));
  });
  const first = cells.find((cell) => cell.cell_type === 'markdown');
  if (!first || !/^# \S/m.test(joined(first.source))) {
    problems.push(`${source.file} has no title: its first text cell begins with "# ".`);
  }
  return problems;
}

function inMarkdown(cell: Cell): string[] {
  const text = joined(cell.source).replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const nameless = [...text.matchAll(/!\[\s*\]\(([^)]*)\)/g)].map(([, url]) => url!);
  return [
    ...nameless.map(
      (url) => `has a picture without alt text (${url.slice(0, 60)}): write ![what it shows](…).`,
    ),
    ...inHtml(text),
  ];
}

function inHtml(html: string): string[] {
  const problems: string[] = [];
  for (const [tag] of html.matchAll(/<img\b[^>]*>/gi)) {
    if (!/\salt\s*=\s*("[^"]*\S[^"]*"|'[^']*\S[^']*'|[^\s"'>]+)/i.test(tag)) {
      problems.push('has a picture without alt text: its <img> needs alt="what it shows".');
    }
  }
  for (const [tag] of html.matchAll(/<svg\b[^>]*>/gi)) {
    if (!/\saria-(label|hidden|labelledby)\s*=/i.test(tag) && !/<svg\b[^>]*>\s*<title>/i.test(html)) {
      problems.push('has a picture without alt text: its <svg> needs aria-label="what it shows".');
    }
  }
  return problems;
}

/** @param mustRun whether a cell that was not run is wrong */
function inCode(cell: Cell, mustRun: boolean): string[] {
  const outputs = cell.outputs ?? [];
  if (mustRun && joined(cell.source).trim() !== '' && !wasRun(cell)) {
    return ['has no outputs: it was not run. Run the notebook, or build without --no-run.'];
  }
  return outputs.flatMap((output, i) => inOutput(output).map((what) => `${what} (output ${i + 1})`));
}

const wasRun = (cell: Cell): boolean =>
  typeof cell.execution_count === 'number' || convbookMetadata(cell.metadata)['measured'] !== undefined;

/** What `exporter.py` takes, of which a page shows the first that an output has. */
const SHOWN = new Set([
  'application/vnd.plotly.v1+json',
  'image/svg+xml',
  'text/html',
  'text/markdown',
  'image/png',
  'image/jpeg',
  'text/latex',
  'application/vnd.jupyter.widget-view+json',
  'text/plain',
]);

function inOutput(output: Output): string[] {
  if (output.output_type === 'stream' || output.output_type === 'error') return [];
  const data = output.data ?? {};
  if (Object.keys(data).length === 0) return ['has an output without content'];
  if (!Object.keys(data).some((mime) => SHOWN.has(mime))) {
    return [`has an output that no page can show: ${Object.keys(data).join(' and ')}; add text/plain`];
  }
  const html = data['text/html'] === undefined ? '' : joined(data['text/html']);
  const problems = inHtml(html);
  const pictures = Object.keys(data).filter((mime) => mime.startsWith('image/') || mime.includes('plotly'));
  if (pictures.length > 0 && !altOf(output)) {
    problems.push(
      `has a picture without alt text: ${pictures.join(' and ')} needs one, as figures get by alt: "…"`,
    );
  }
  return problems;
}

/** The alt text of an output with a picture, wherever its maker put it. */
export function altOf(output: Output): string | undefined {
  const data = output.data ?? {};
  const metadata = (output.metadata ?? {}) as Record<string, { alt?: unknown } | undefined>;
  const plotly = data['application/vnd.plotly.v1+json'] as
    | { layout?: { meta?: { alt?: unknown } } }
    | undefined;
  const candidates = [
    ...Object.values(metadata).map((one) => one?.alt),
    (output.metadata as { alt?: unknown } | undefined)?.alt,
    plotly?.layout?.meta?.alt,
    /<svg\b[^>]*\saria-label=(?:"([^"]+)"|'([^']+)')/
      .exec(joined(data['image/svg+xml']))
      ?.slice(1)
      .find(Boolean),
  ];
  return candidates.find((alt): alt is string => typeof alt === 'string' && alt.trim() !== '');
}
