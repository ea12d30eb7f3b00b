import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { requirePython } from '../../cli/setup/index.mjs';
import { jupyterEnvironment, labArguments } from '../../cli/start.mjs';

/** A running JupyterLab on a folder, with settings and state of its own. */
export interface JupyterLab {
  /** The address of a notebook, alone in its window. */
  address(notebook: string): string;
  stop(): Promise<void>;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/**
 * Starts the JupyterLab of the set-up as `npm start` does, its state in a folder that `stop` removes.
 *
 * @throws what JupyterLab printed, where it ends before it answers
 */
export async function startJupyterLab(folder: string, env: Record<string, string> = {}): Promise<JupyterLab> {
  const home = await mkdtemp(join(tmpdir(), 'convbook-lab-'));
  const settings = join(home, 'settings');
  await mkdir(join(settings, '@jupyterlab', 'notebook-extension'), { recursive: true });
  // Every cell is in the page, in view or not: a test looks at them all.
  await writeFile(
    join(settings, '@jupyterlab', 'notebook-extension', 'tracker.jupyterlab-settings'),
    JSON.stringify({ windowingMode: 'none' }),
  );
  const port = await freePort();
  const args = labArguments(
    ['--no-browser', `--port=${port}`, '--ServerApp.port_retries=0', '--LabApp.expose_app_in_browser=True'],
    { folder, isAdministrator: process.getuid?.() === 0 },
  );
  const child = spawn(requirePython(), args, {
    cwd: folder,
    env: {
      ...jupyterEnvironment(process.env, { userConfig: true }),
      HOME: home,
      JUPYTER_CONFIG_DIR: join(home, 'config'),
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: settings,
      JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
      CONVBOOK_HISTORY: 'off',
      ...env,
    } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const root = await ready(child);
  return {
    address: (notebook) =>
      `${root.origin}/lab/tree/${encodeURIComponent(notebook)}?reset&token=${root.searchParams.get('token')}`,
    async stop() {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function ready(child: ChildProcess): Promise<URL> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed = (printed + chunk).slice(-20_000);
      const match = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/.exec(printed);
      if (match) resolve(new URL(match[0]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', (code) => reject(new Error(`JupyterLab ended with ${code}: ${printed}`)));
  });
}

/** What JupyterLab shows of itself with `expose_app_in_browser`. */
interface App {
  /** As its menus call them. */
  commands: { execute(command: string, args?: object): Promise<unknown> };
  shell: {
    currentWidget?: {
      sessionContext?: { session?: { kernel?: { status: string; connectionStatus: string } | null } | null };
    };
  };
}

/** A notebook that is open in JupyterLab, by cells. */
export class OpenNotebook {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a notebook and waits for its kernel. */
  static async open(page: Page, lab: JupyterLab, notebook: string): Promise<OpenNotebook> {
    await page.goto(lab.address(notebook));
    const opened = new OpenNotebook(page);
    await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
    await opened.idle();
    return opened;
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-Cell').nth(index);
  }

  output(index: number): Locator {
    return this.cell(index).locator('.jp-OutputArea-output');
  }

  command(name: string, args: object = {}): Promise<unknown> {
    return this.page.evaluate(
      ([command, given]) =>
        (globalThis as unknown as { jupyterapp: App }).jupyterapp.commands.execute(
          command as string,
          given as object,
        ),
      [name, args] as const,
    );
  }

  /** Starts a cell, as Shift-Enter in it does, and comes back at once. */
  async start(index: number): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Shift+Enter');
  }

  /** Runs a cell to its end. */
  async run(index: number, timeout = 60_000): Promise<void> {
    await this.start(index);
    await this.done(index, timeout);
  }

  /** Waits until a cell that was started has its number. */
  done(index: number, timeout = 60_000): Promise<void> {
    return this.numbered(index).waitFor({ timeout });
  }

  async isDone(index: number): Promise<boolean> {
    return (await this.numbered(index).count()) > 0;
  }

  private numbered(index: number): Locator {
    return this.cell(index)
      .locator('.jp-InputPrompt')
      .filter({ hasText: /\[\d+\]/ });
  }

  /** Waits for a kernel that is connected and has nothing to do; the page's own sign says "idle" before there is one. */
  async idle(timeout = 60_000): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const { shell } = (globalThis as unknown as { jupyterapp: App }).jupyterapp;
        const kernel = shell.currentWidget?.sessionContext?.session?.kernel;
        return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
      },
      undefined,
      { timeout },
    );
  }
}
