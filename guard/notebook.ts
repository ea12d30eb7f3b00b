import { readFile, rename, writeFile } from 'node:fs/promises';

/** The part of nbformat 4 that the guard reads. */
export interface Output {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export interface Cell {
  id?: string;
  cell_type: 'code' | 'markdown' | 'raw';
  source: string | string[];
  metadata: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** nbformat writes long strings as lists of lines. */
export const joined = (text: unknown): string => (Array.isArray(text) ? text.join('') : String(text ?? ''));

/** What `metadata.convbook` holds, of a cell or of the notebook; an empty object where there is none. */
export function convbookMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const found = metadata['convbook'];
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

/** The name of a cell in its metadata, `{"convbook": {"name": "test-accuracy"}}`. */
export function cellName(cell: Cell): string | undefined {
  const { name } = convbookMetadata(cell.metadata);
  return typeof name === 'string' ? name : undefined;
}

/** @throws a sentence where the file is no notebook of format 4 */
export async function readNotebook(file: string): Promise<Notebook> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Error(`${file} can't be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
  let parsed: Partial<Notebook>;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no notebook: it is not JSON (${(error as Error).message}).`);
  }
  if (parsed?.nbformat !== 4 || !Array.isArray(parsed.cells)) {
    throw new Error(
      `${file} is no notebook of format 4: it has nbformat ${parsed?.nbformat} and ${typeof parsed?.cells} cells.`,
    );
  }
  return parsed as Notebook;
}

/** Writes as Jupyter does (one space a level), and whole or not at all. */
export async function writeNotebook(file: string, notebook: Notebook): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(
    temporary,
    `${JSON.stringify({ ...notebook, cells: notebook.cells.map(inLines) }, null, 1)}\n`,
  );
  await rename(temporary, file);
}

/** A cell as nbformat stores it: long texts as lists of lines, so that differences in version control are readable. */
function inLines(cell: Cell): Cell {
  const outputs = cell.outputs?.map((output) => {
    if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
    if (!output.data) return output;
    const data = Object.entries(output.data).map(([mime, content]) => [
      mime,
      typeof content === 'string' && /^text\/|svg/.test(mime) ? lines(content) : content,
    ]);
    return { ...output, data: Object.fromEntries(data) };
  });
  return { ...cell, source: lines(cell.source), ...(outputs ? { outputs } : {}) };
}

const lines = (text: unknown): string[] => joined(text).match(/[^\n]*\n|[^\n]+/g) ?? [];
