import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { type Chromium, packagedChromium, systemChromium } from './chromium.ts';

const common: LaunchOptions = {
  // No user, no foreign pages: these browsers open our own pages alone, often in a container, where the sandbox can't start.
  chromiumSandbox: false,
  args: [
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader', // WebGL without a GPU
    '--font-render-hinting=none',
    // A page that asks for another host finds none, whatever the machine's network is.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  ],
};

/**
 * Starts a headless Chromium that reaches this machine alone: the one named by `CONVBOOK_BROWSER`, else the packaged one, else the
 * system's.
 *
 * @throws a sentence that says what each of them lacks, and the command that helps
 * @example
 *   const browser = await launchBrowser();
 *   const page = await browser.newPage();
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const named = process.env['CONVBOOK_BROWSER'];
  if (named) {
    return start({ path: named, env: {} }, options).catch((error: Error) => {
      throw new Error(`CONVBOOK_BROWSER names ${named}, which does not start: ${reason(error)}.`);
    });
  }
  const problems: string[] = [];
  try {
    return await start(await packagedChromium(), options);
  } catch (error) {
    problems.push(`The packaged Chromium does not start: ${reason(error as Error)}.`);
  }
  const system = systemChromium();
  if (!system) problems.push('The system has no Chromium, Chrome or Edge.');
  else {
    try {
      return await start(system, options);
    } catch (error) {
      problems.push(`The system's ${system.path} does not start: ${reason(error as Error)}.`);
    }
  }
  const install =
    process.platform === 'darwin'
      ? 'brew install --cask google-chrome'
      : 'sudo apt-get install -y chromium (Debian), or sudo apt-get install -y chromium-browser (Ubuntu)';
  throw new Error(
    [...problems, `Install one: ${install}; or name one: CONVBOOK_BROWSER=/path/to/it`].join(' '),
  );
}

const start = ({ path, env }: Chromium, options: LaunchOptions): Promise<Browser> =>
  chromium.launch({
    ...common,
    ...options,
    executablePath: path,
    args: [...common.args!, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...env, ...options.env },
  });

/** Colours of a terminal. */
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** What a person can use of Playwright's pages of log. */
function reason(error: Error): string {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(error.message)?.[1];
  if (library) return `the shared library ${library} is missing`;
  const glibc = /version `(GLIBC_[\d.]+)' not found/.exec(error.message)?.[1];
  if (glibc) return `this system's C library is older than ${glibc}`;
  const lines = error.message.split('\n').map((line) => line.replace(ANSI, '').trim());
  const own = lines.find((line) => line.includes('[err]'))?.replace(/^.*\[err\]\s*/, ''); // what the browser itself said
  const said = own || lines[0]!.replace(/^browserType\.launch: /, '');
  return said.replace(/^- /, '').replace(/[.:]$/, '').slice(0, 300);
}

/**
 * Every request of a context's pages that was meant for another host; empty at the end of a page that works without a network.
 *
 * @example
 *   const left = requestsThatLeave(context);
 *   …
 *   expect(left).toEqual([]);
 */
export function requestsThatLeave(context: BrowserContext): string[] {
  const left: string[] = [];
  const note = (url: string) => {
    const { protocol, hostname } = new URL(url);
    const here = /^(file|data|blob|about):$/.test(protocol) || /^(127\.0\.0\.1|localhost)$/.test(hostname);
    if (!here) left.push(url);
  };
  context.on('request', (request) => note(request.url()));
  const watch = (page: { on(event: 'websocket', then: (socket: { url(): string }) => void): unknown }) =>
    page.on('websocket', (socket) => note(socket.url()));
  context.pages().forEach(watch);
  context.on('page', watch);
  return left;
}
