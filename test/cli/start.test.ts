import { describe, expect, it } from 'vitest';
import { root } from '../../cli/setup/paths.mjs';
import { jupyterEnvironment, labArguments } from '../../cli/start.mjs';

const place = { folder: '/course/notebooks', isAdministrator: false };

describe('the command line of JupyterLab', () => {
  it("passes the user's options on, last", () => {
    const args = labArguments(['--no-browser', '--port', '8899'], place);
    expect(args.slice(0, 2)).toEqual(['-m', 'jupyterlab']);
    expect(args).toContain('--ServerApp.root_dir=/course/notebooks');
    expect(args.slice(-3)).toEqual(['--no-browser', '--port', '8899']);
  });

  it('does not contradict what the user gave', () => {
    const given = ['--notebook-dir=/mine', '--debug', '-y', '--allow-root'];
    expect(labArguments(given, { ...place, isAdministrator: true })).toEqual(['-m', 'jupyterlab', ...given]);
    expect(labArguments(['--log-level', 'INFO'], place)).not.toContain('--log-level=WARN');
  });

  it('lets an administrator start it, as in a container', () => {
    expect(labArguments([], { ...place, isAdministrator: true })).toContain('--allow-root');
    expect(labArguments([], place)).not.toContain('--allow-root');
  });
});

describe("Jupyter's environment", () => {
  const outer = { PATH: '/usr/bin', HOME: '/home/a', PYTHONPATH: '/other', CONVBOOK_DATA: '/data' };

  it('keeps every folder of Jupyter and IPython inside the project', () => {
    const env = jupyterEnvironment(outer, { userConfig: false });
    const folders = Object.entries(env).filter(([name]) =>
      /^(JUPYTER\w*_DIR|IPYTHONDIR|CONVBOOK_HISTORY)$/.test(name),
    );
    expect(folders.map(([name]) => name).sort()).toEqual([
      'CONVBOOK_HISTORY',
      'IPYTHONDIR',
      'JUPYTERLAB_SETTINGS_DIR',
      'JUPYTERLAB_WORKSPACES_DIR',
      'JUPYTER_CONFIG_DIR',
      'JUPYTER_DATA_DIR',
      'JUPYTER_RUNTIME_DIR',
    ]);
    for (const [, folder] of folders) expect(folder?.startsWith(`${root}/.cache/`)).toBe(true);
  });

  it("leaves them to the user's own settings when asked", () => {
    const env = jupyterEnvironment(outer, { userConfig: true });
    expect(Object.keys(env).filter((name) => /^(JUPYTER\w*_DIR|IPYTHONDIR)$/.test(name))).toEqual([]);
  });

  it("puts the environment's programs first and another Python's packages out", () => {
    const env = jupyterEnvironment(outer, { userConfig: false });
    expect(env.PATH).toBe(`${root}/.venv/bin:/usr/bin`);
    expect(env).not.toHaveProperty('PYTHONPATH');
    expect(env.CONVBOOK_DATA).toBe('/data');
  });
});
