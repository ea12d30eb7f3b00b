// A failure as the `ename`, `evalue` and traceback that people read: the cell, the line, a caret.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellDiagnostic } from './compiler/transpile.ts';
import type { Failure } from './runner/failures.ts';
import type { CellError, MimeBundle } from './types.ts';

/** What a traceback shows of a cell that ran earlier. */
export interface CellSource {
  count: number;
  code: string;
}

const shownFrames = 10;
/** The same from the source (kernel/interpreter) and from the bundle (.cache/bundles). */
const project = fileURLToPath(new URL('../../', import.meta.url));

/** A frame of convbook itself or of a package: where the reader's own code stands above it, nobody looks for the mistake there. */
const isInner = ({ cell, file = '' }: { cell: number; file?: string }): boolean =>
  !cell &&
  (/^node:|[\\/]node_modules[\\/]/.test(file) ||
    (file.startsWith(project) && /^(lib|kernel|datasets)[\\/]/.test(file.slice(project.length))));

/** Paths of this machine mean nothing to the reader of a notebook. */
function shownPath(file: string): string {
  if (!file.startsWith('/')) return file;
  if (file.startsWith(project)) return file.slice(project.length);
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

export function failureToError(
  failure: Failure,
  sourceOf: (cell: number) => CellSource | undefined,
  cell: number,
): CellError {
  return {
    ename: failure.ename,
    evalue: failure.evalue,
    traceback: describe(located(failure, sourceOf(cell), cell), sourceOf),
  };
}

/** An import that failed has no frame of its own: the line that names the module stands for it. */
function located(failure: Failure, source: CellSource | undefined, cell: number): Failure {
  if (failure.frames.some((frame) => frame.cell === cell) || !failure.specifier || !source) return failure;
  const quoted = [`'${failure.specifier}'`, `"${failure.specifier}"`];
  const lines = source.code.split('\n');
  const line = lines.findIndex((text) => quoted.some((name) => text.includes(name)));
  if (line < 0) return failure;
  const column = Math.max(...quoted.map((name) => lines[line]!.indexOf(name)));
  return { ...failure, frames: [...failure.frames, { cell, name: '', line: line + 1, column: column + 1 }] };
}

function describe(failure: Failure, sourceOf: (cell: number) => CellSource | undefined): string[] {
  const lines = [`${failure.ename}: ${failure.evalue}`];
  const own = failure.frames.filter((frame) => !isInner(frame));
  const frames = own.length > 0 ? own : failure.frames;
  for (let frame of frames.slice(0, shownFrames)) {
    const source = frame.cell ? sourceOf(frame.cell) : undefined;
    // V8 places some syntax errors behind the end.
    if (source) frame = { ...frame, line: Math.min(frame.line, source.code.split('\n').length) };
    const place = frame.cell ? `Cell [${source?.count ?? '?'}]` : shownPath(frame.file!);
    lines.push(`  ${place}, line ${frame.line}${frame.name ? `, in ${frame.name}` : ''}`);
    const text = frame.cell ? source?.code.split(/\r?\n/)[frame.line - 1] : frame.text;
    if (text !== undefined) lines.push(...pointAt(text, frame.line, frame.column, 0));
  }
  const more = frames.length - shownFrames;
  if (more > 0) lines.push(`  … ${more} more`);
  for (const cause of failure.causes) {
    lines.push('Caused by:', ...describe(cause, sourceOf));
  }
  return lines;
}

/** A source line with a caret (or an underline) below. */
function pointAt(text: string, line: number, column: number, length: number): string[] {
  const label = `${line}`.padStart(5);
  const blank = text.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ');
  const mark = length > 0 ? '~'.repeat(Math.min(length, Math.max(1, text.length - column + 1))) : '^';
  return [`${label} | ${text}`, `      | ${blank}${mark}`];
}

/** Errors of TypeScript, with its message and underline. */
export function diagnosticsToError(
  ename: string,
  diagnostics: readonly CellDiagnostic[],
  source: CellSource,
): CellError {
  const lines = source.code.split('\n');
  const first = diagnostics[0]!;
  const traceback = diagnostics
    .slice(0, shownFrames)
    .flatMap((d) => [
      `${ename}: ${d.message} (TS${d.code})`,
      `  Cell [${source.count}], line ${d.line + 1}`,
      ...pointAt(lines[d.line] ?? '', d.line + 1, d.column + 1, Math.max(1, d.length)),
    ]);
  const more = diagnostics.length - shownFrames;
  if (more > 0) traceback.push(`… ${more} more`);
  return { ename, evalue: first.message, traceback };
}

/** Type errors of a cell that ran all the same. */
export function typeNote({ traceback }: CellError): MimeBundle {
  const text = ['The cell ran; TypeScript finds:', ...traceback].join('\n');
  const html = text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
  return {
    'text/plain': text,
    'text/html': `<pre style="color:var(--jp-warn-color0,#b06000)">${html}</pre>`,
  };
}

export function plainError(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
