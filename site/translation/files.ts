import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSidecar, type Section } from './sidecar.ts';

/** Where the translation of a notebook is, relative to the project: `notebooks/pt/07-regularisation.md`. */
export const translationFile = (slug: string, language: string): string => `notebooks/${language}/${slug}.md`;

/** @returns its sections, none where there is no such file */
export function readTranslation(project: string, slug: string, language: string): Section[] {
  const file = translationFile(slug, language);
  const path = join(project, file);
  return existsSync(path) ? parseSidecar(file, readFileSync(path, 'utf8')) : [];
}
