import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Problem } from '../cli/setup/problem.mjs';
import { joined, type Notebook } from '../guard/notebook.ts';
import { assets } from './assets.ts';
import { Cache } from './cache.ts';
import { checkSource } from './check.ts';
import { execute } from './execute.ts';
import { factsOf, needsOf } from './facts.ts';
import { linker } from './html/links.ts';
import { plainText } from './html/text.ts';
import { type Language, languages, translator } from './i18n/index.ts';
import { addresses, type Entry, type Frame, layout, type Page, rootOf } from './layout.ts';
import { type Architecture, architecturePages, architectures } from './pages/architectures.ts';
import { errataIn, errataPage } from './pages/errata.ts';
import { glossaryPage } from './pages/glossary.ts';
import { homePage } from './pages/home.ts';
import { notebookPage, pathOf, shortTitle } from './pages/notebook.ts';
import { readingIn, readingPage, referencesPage } from './pages/references.ts';
import { failOn } from './problems.ts';
import { type Progress, silent } from './progress.ts';
import { type Rendered, render } from './render.ts';
import { searchScript } from './search.ts';
import { findSources, type Source } from './sources.ts';
import { readTranslation } from './translation/files.ts';
import { type Section, states, translated } from './translation/sidecar.ts';

export interface BuildOptions {
  /** The folder with `notebooks/`. */
  project: string;
  /** The folder that becomes the site; what else is in it is taken away. */
  out: string;
  /** Take the committed outputs as they are. */
  noRun?: boolean;
  progress?: Progress;
  /** Where results are kept between builds. */
  cache?: string;
}

export interface Built {
  pages: number;
  /** Files that differ from what was there. */
  written: number;
  seconds: number;
}

/**
 * Builds the course site.
 *
 * @throws {SiteProblem} where a notebook can't become a page: all that is wrong, by file and cell
 */
export async function buildSite(options: BuildOptions): Promise<Built> {
  const { project, out, noRun = false, progress = silent } = options;
  const started = performance.now();
  ownFolder(out);
  const cache = new Cache(options.cache ?? join(project, '.cache', 'site'));
  progress.now('reading notebooks');
  const { sources, problems } = await findSources(project);
  if (sources.length === 0 && problems.length === 0) {
    problems.push('notebooks/ has no notebooks.');
  }
  failOn(problems);
  if (!noRun) failOn(await execute(project, sources, cache, progress));
  failOn(sources.flatMap(checkSource));

  const translations = translationsOf(project, sources);
  const wanted = languages.flatMap((language) =>
    sources.map((source) => {
      const sections = language === 'en' ? undefined : translations.get(source);
      return {
        source,
        language,
        notebook: sections ? translated(source.notebook, sections) : source.notebook,
      };
    }),
  );
  const rendered = await render(project, wanted, cache, progress);
  progress.now('making pages');
  const all = architectures();
  const files = new Map<string, string | Buffer>(await assets());
  files.set(MARK, 'Built by convbook: npm run site. What is changed here is lost with the next build.\n');
  let pages = 0;
  for (const language of languages) {
    const own = rendered.filter((one) => one.language === language);
    const made = pagesOf(project, language, own, translations, all);
    pages += made.pages.length;
    for (const page of made.pages) files.set(`${rootOf(language)}${page.path}`, layout(made.frame, page));
    files.set(`assets/search-${language}.js`, searchScript(made.pages));
  }
  for (const source of sources) files.set(downloadOf(source), downloadText(source, project));
  const written = writeAll(out, files);
  await cache.removeOld();
  return { pages, written, seconds: (performance.now() - started) / 1000 };
}

const MARK = '.convbook-site';

/** A build removes what is not part of the site, so it takes no folder that is somebody's. */
function ownFolder(out: string): void {
  if (!existsSync(out)) return;
  if (statSync(out).isDirectory() && (readdirSync(out).length === 0 || existsSync(join(out, MARK)))) return;
  throw new Problem(
    `${out} is not a site that convbook built, so nothing is written there. Give a folder that is new or empty.`,
  );
}

function translationsOf(project: string, sources: readonly Source[]): Map<Source, Section[]> {
  const problems: string[] = [];
  const found = new Map<Source, Section[]>();
  for (const source of sources) {
    try {
      found.set(source, readTranslation(project, source.slug, 'pt'));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  failOn(problems);
  return found;
}

function pagesOf(
  project: string,
  language: Language,
  rendered: readonly Rendered[],
  translations: ReadonlyMap<Source, Section[]>,
  models: readonly Architecture[],
): { frame: Frame; pages: Page[] } {
  const t = translator(language);
  const entry = ({ source, notebook }: Rendered): Entry => ({
    path: pathOf(source),
    number: source.number,
    title: shortTitle(titleOf(notebook)),
  });
  const labs = rendered.filter(({ source }) => source.kind === 'lab');
  const frame: Frame = {
    language,
    t,
    labs: labs.map(entry),
    assignments: rendered.filter(({ source }) => source.kind === 'assignment').map(entry),
  };
  const problems: string[] = [];
  const notebooks = rendered.flatMap((one) => {
    const { source } = one;
    const state = language === 'en' ? undefined : states(source.notebook, translations.get(source) ?? []);
    try {
      const facts = factsOf(project, source);
      return [
        {
          ...notebookPage(frame, one, facts, state),
          source,
          facts,
          entry: entry(one),
          notebook: one.notebook,
        },
      ];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  failOn(problems);
  const ofLabs = notebooks.filter(({ source }) => source.kind === 'lab');
  const cards = ofLabs.map(({ source, entry: lab, facts, notebook }) => ({
    ...lab,
    needs: needsOf(source.notebook),
    goals: goalsOf(notebook),
    time: facts.seconds === undefined ? undefined : shortTime(t, facts.seconds),
  }));
  const rebased = ofLabs.map(({ entry: lab, body }) => ({
    lab,
    html: body.html.replaceAll(/href="(?!https?:|#|\.\.\/)([^"]+\.html)/g, 'href="labs/$1'),
  }));
  const readings = rebased.map(({ lab, html }) => ({
    lab,
    items: readingIn(html).map((item) => fromRoot(item)),
  }));
  const errata = rebased.map(({ lab, html }) => ({
    lab,
    errata: errataIn(html).map((item) => fromRoot(item)),
  }));
  const glossaryLink = linker((number) => {
    const lab = frame.labs.find((one) => one.number === number);
    return lab && { href: addresses(language, 'glossary.html').page(lab.path), title: lab.title };
  }, '');
  const pages = [
    homePage(frame, cards),
    ...notebooks.map(({ page }) => page),
    ...architecturePages(frame, models),
    glossaryPage(frame, glossaryLink),
    referencesPage(frame, readings),
    errataPage(frame, errata),
    readingPage(frame, readings),
  ];
  return { frame, pages };
}

/** Links of a lab's page (`../labs/…`), for a page at the language's root. */
const fromRoot = (html: string): string =>
  html
    .replaceAll(/href="(?:\.\.\/)+(?:pt\/)?(labs\/[^"]*)"/g, 'href="$1"')
    .replaceAll(/<a class="anchor"[\s\S]*?<\/a>/g, '');

export const titleOf = (notebook: Notebook): string => {
  const first = notebook.cells.find((cell) => cell.cell_type === 'markdown');
  return (/^# (.*)$/m.exec(joined(first?.source))?.[1] ?? '').replaceAll(/[*_`]/g, '');
};

/** What a reader can do afterwards: the first sentence under the title. */
function goalsOf(notebook: Notebook): string {
  const text = joined(notebook.cells.find((cell) => cell.cell_type === 'markdown')?.source);
  const paragraph = text.split(/\n\s*\n/).find((one) => /^\*\*(Goals|Objetivos)/.test(one)) ?? '';
  const goals = plainText(paragraph.replaceAll(/\*\*[^*]*\*\*/g, '').replaceAll(/[*`$]/g, '')).replace(
    /^(Afterwards,?|Ao final,?|Depois,?)\s*/i,
    '',
  );
  const sentence = goals.split(/(?<=\.)\s/)[0] ?? '';
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

const shortTime = (t: Frame['t'], seconds: number): string =>
  seconds < 90
    ? t('seconds', { n: Math.max(1, Math.round(seconds)) })
    : t('minutes', { n: Math.round(seconds / 60) });

const downloadOf = (source: Source): string =>
  source.kind === 'lab' ? source.file : `notebooks/assignments/${source.slug}.ipynb`;

/** A lab as it lies in the project; an assignment as students get it. */
function downloadText(source: Source, project: string): string {
  if (!source.download) return readFileSync(join(project, source.file), 'utf8');
  return `${JSON.stringify(source.download, null, 1)}\n`;
}

/** Writes what differs and removes what is no longer part of the site. */
function writeAll(out: string, files: ReadonlyMap<string, string | Buffer>): number {
  let written = 0;
  for (const [name, content] of files) {
    const path = join(out, name);
    const bytes = Buffer.from(content as string);
    if (existsSync(path) && readFileSync(path).equals(bytes)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    written++;
  }
  const removeOthers = (folder: string): void => {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) {
        removeOthers(path);
        if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
      } else if (!files.has(relative(out, path).replaceAll('\\', '/'))) rmSync(path);
    }
  };
  removeOthers(out);
  return written;
}
