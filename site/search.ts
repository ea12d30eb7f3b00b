import type { Page, Section } from './layout.ts';

/** What the browser searches in: a document a section, `[page, section, title of the page, title of the section, text]`. */
export type SearchDocument = [page: string, section: string, title: string, heading: string, text: string];

/** The sections of all pages as a classic script: on `file://` a page may not fetch. It is loaded when somebody searches. */
export function searchScript(pages: readonly Page[]): string {
  const documents = pages.flatMap((page) =>
    (page.sections ?? []).map(
      ({ id, title, text }: Section): SearchDocument => [page.path, id, page.title, title, text],
    ),
  );
  return `window.convbookSearch=${JSON.stringify(documents).replaceAll('<', '\\u003c')};\n`;
}
