import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { themeCss } from './theme.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);

/** Files that all pages share, by their name in the site. Nothing of them comes from another place than this project. */
export async function assets(): Promise<[string, string | Buffer][]> {
  const katex = dirname(require.resolve('katex'));
  const serif = join(dirname(require.resolve('@fontsource-variable/source-serif-4/package.json')), 'files');
  const fonts: [string, Buffer][] = readdirSync(join(katex, 'fonts'))
    .filter((name) => name.endsWith('.woff2'))
    .map((name) => [`assets/fonts/${name}`, readFileSync(join(katex, 'fonts', name))]);
  const [site, search, css] = await Promise.all([
    script('client/site.ts'),
    script('client/search.ts'),
    style(`${themeCss()}\n${styleSheets()}`),
  ]);
  const katexCss = readFileSync(join(katex, 'katex.min.css'), 'utf8')
    // Every browser that shows the site knows woff2; the other two thirds of the addresses go.
    .replaceAll(/,url\(fonts\/[^)]*\.(woff|ttf)\) format\("[^"]*"\)/g, '');
  return [
    ...fonts,
    ['assets/fonts/text.woff2', readFileSync(join(serif, 'source-serif-4-latin-wght-normal.woff2'))],
    ['assets/fonts/text-italic.woff2', readFileSync(join(serif, 'source-serif-4-latin-wght-italic.woff2'))],
    ['assets/katex.css', katexCss],
    ['assets/site.css', css],
    ['assets/site.js', site],
    ['assets/search.js', search],
    ['assets/icon.svg', icon],
    ['assets/plotly.js', readFileSync(require.resolve('plotly.js-dist-min'))],
  ];
}

const SHEETS = ['base', 'frame', 'text', 'code', 'figures', 'pages', 'search', 'print'];

const styleSheets = (): string =>
  SHEETS.map((name) => readFileSync(here(`styles/${name}.css`), 'utf8')).join('\n');

async function script(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    // Classic scripts: on `file://` a browser loads no modules.
    format: 'iife',
    minify: true,
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

async function style(css: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: css, loader: 'css', resolveDir: here('styles') },
    minify: true,
    external: ['*.woff2'],
    bundle: true,
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#fbfaf7"/><g fill="#9aa3ad"><rect x="3" y="3" width="4" height="4" rx="1"/><rect x="10" y="3" width="4" height="4" rx="1"/><rect x="17" y="3" width="4" height="4" rx="1"/><rect x="3" y="10" width="4" height="4" rx="1"/><rect x="3" y="17" width="4" height="4" rx="1"/></g><g fill="#0b6e6e"><rect x="10" y="10" width="4" height="4" rx="1"/><rect x="17" y="10" width="4" height="4" rx="1"/><rect x="10" y="17" width="4" height="4" rx="1"/><rect x="17" y="17" width="4" height="4" rx="1"/></g></svg>\n';
