import { resolve } from 'node:path';
import { buildSite } from '../site/build.ts';
import { terminalProgress } from '../site/progress.ts';
import { fromRoot, root } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';

const USAGE = `Usage: npm run site -- [OPTIONS]     (or npx convbook site)

Renders all labs and assignments into a folder of plain files, which works from any web server and from the disk.
  --no-run     take the committed outputs; without it, labs whose code or library has changed run first
  --out DIR    where to (default dist/site)`;

export async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const options = parse(args);
  const built = await buildSite({ project: root, ...options, progress: terminalProgress(process.stderr) });
  process.stderr.write(process.stderr.isTTY ? '\r\u001b[K' : '');
  process.stdout.write(
    `${built.pages} pages in ${options.out} (${built.written} files changed, ${built.seconds.toFixed(1)} s). Open ${options.out}/index.html\n`,
  );
  return 0;
}

function parse(args: string[]): { noRun: boolean; out: string } {
  const options = { noRun: false, out: fromRoot('dist', 'site') };
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift()!;
    if (arg === '--no-run') options.noRun = true;
    else if (arg === '--out') {
      const folder = rest.shift();
      if (!folder) throw new Problem(`--out takes the name of a folder.\n\n${USAGE}`, 2);
      options.out = resolve(folder);
    } else throw new Problem(`There is no option ${arg}.\n\n${USAGE}`, 2);
  }
  return options;
}
