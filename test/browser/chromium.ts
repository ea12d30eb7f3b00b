import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { cachePaths, fromRoot } from '../../cli/setup/paths.mjs';
import { readTar } from '../../datasets/tar.ts';

/** A browser's program, and the environment that it needs beside the user's own. */
export interface Chromium {
  path: string;
  env: Record<string, string>;
}

const packed = fromRoot('node_modules', '@sparticuz', 'chromium');
const systems = {
  linux: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
};

/**
 * The headless Chromium that came with the npm packages, unpacked into `.cache/browser` by the first who asks. It brings the
 * shared libraries that a bare Linux lacks, a font, and a software renderer for WebGL.
 *
 * @throws a sentence where it is not installed, or is for another kind of machine
 */
export async function packagedChromium(cache = join(cachePaths().folder, 'browser')): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it is for Linux on x64, and this is ${process.platform} on ${process.arch}`);
  }
  if (!existsSync(packed)) throw new Error('the package @sparticuz/chromium is missing: run npm run setup');
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
  const folder = join(cache, version);
  if (!existsSync(folder)) await unpack(folder);
  return {
    path: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

/** The Chromium, Chrome or Edge of the system, if there is one. */
export function systemChromium(env: NodeJS.ProcessEnv = process.env): Chromium | undefined {
  const names = process.platform === 'darwin' ? systems.darwin : systems.linux;
  const folders = (env['PATH'] ?? '').split(':').filter(Boolean);
  const path = names
    .flatMap((name) => (name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name))))
    .find(existsSync);
  return path === undefined ? undefined : { path, env: {} };
}

/** Unpacks beside the place and renames, so that a cut or a second process never leaves half a browser there. */
async function unpack(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const made = await mkdtemp(`${folder}.`);
  try {
    const bytes = async (name: string) =>
      promisify(brotliDecompress)(await readFile(join(packed, 'bin', name)));
    await writeFile(join(made, 'chromium'), await bytes('chromium.br'));
    await chmod(join(made, 'chromium'), 0o755);
    for (const [archive, place] of [
      ['al2023.tar.br', 'lib'],
      ['fonts.tar.br', 'fonts'],
      ['swiftshader.tar.br', '.'], // the renderer is looked for beside the program
    ] as const) {
      await mkdir(join(made, place), { recursive: true });
      for (const [name, content] of readTar(await bytes(archive), () => true, archive)) {
        await writeFile(join(made, place, name), content);
      }
    }
    await writeFile(join(made, 'fonts.conf'), fontconfig(folder));
    await rename(made, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another process was first
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** The system's fonts and choices where it has any, for signs and styles that the packaged font lacks. */
const fontconfig = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
