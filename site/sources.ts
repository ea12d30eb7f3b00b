import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { assignmentForSite } from '../guard/editions/assignment.ts';
import { editionsOf } from '../guard/editions/edition.ts';
import { type Notebook, readNotebook } from '../guard/notebook.ts';

/** A notebook that becomes a page. */
export interface Source {
  kind: 'lab' | 'assignment';
  /** `07` of a lab, `A1` of an assignment. */
  number: string;
  /** The page's file without its ending. */
  slug: string;
  /** The file that it comes from, relative to the project. */
  file: string;
  /** As readers see it: an assignment without its solutions. */
  notebook: Notebook;
  /** As readers download it, where that is not the file. */
  download?: Notebook;
}

/** @returns the labs and assignments of a project, in their order, and what is wrong with their files */
export async function findSources(project: string): Promise<{ sources: Source[]; problems: string[] }> {
  const notebooks = join(project, 'notebooks');
  const problems: string[] = [];
  const sources: Source[] = [];
  const read = async (path: string, kind: Source['kind'], number: string) => {
    try {
      const notebook = await readNotebook(path);
      const file = relative(project, path);
      const slug = basename(path, '.ipynb');
      if (kind === 'lab') sources.push({ kind, number, slug, file, notebook });
      else {
        const [page, download] = [assignmentForSite(notebook), editionsOf(notebook).student];
        sources.push({ kind, number, slug, file, notebook: page, download });
      }
    } catch (error) {
      const { message } = error as Error;
      const file = relative(project, path);
      problems.push(message.includes(path) ? message.replace(path, file) : `${file}: ${message}`);
    }
  };
  for (const name of notebooksIn(notebooks)) {
    const number = /^(\d\d)-/.exec(name)?.[1];
    if (number) await read(join(notebooks, name), 'lab', number);
    else
      problems.push(
        `notebooks/${name} has no number: a lab's file begins with one, as 07-regularisation.ipynb does.`,
      );
  }
  const assignments = join(notebooks, 'assignments', 'source');
  for (const folder of existsSync(assignments) ? readdirSync(assignments).sort() : []) {
    for (const name of notebooksIn(join(assignments, folder))) {
      await read(join(assignments, folder, name), 'assignment', folder);
    }
  }
  problems.push(...duplicates(sources));
  return { sources, problems };
}

const notebooksIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.ipynb'))
        .sort()
    : [];

function duplicates(sources: readonly Source[]): string[] {
  const first = new Map<string, Source>();
  const problems: string[] = [];
  for (const source of sources) {
    const other = first.get(source.number);
    if (other) problems.push(`${source.file} has the number ${source.number}, which ${other.file} has too.`);
    else first.set(source.number, source);
  }
  return problems;
}
