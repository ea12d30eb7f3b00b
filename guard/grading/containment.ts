import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { namespaceScript } from './namespace-script.ts';

/** What keeps a submission from doing harm while it is graded, and what does not. */
export interface Containment {
  /** `files`: network and files; `network`: the network alone; `limits`: neither. */
  level: 'files' | 'network' | 'limits';
  /** The command that a run is started through, for a run that works in this folder. */
  wrap(work: string): string[];
  /** For a run that works in this folder. */
  env(work: string): Record<string, string>;
  /** A sentence for the teacher. */
  says: string;
}

export interface ContainmentOptions {
  /** Folders that no submission may see: the other submissions, the source with its hidden tests, the grades. */
  hide?: readonly string[];
  /** Of JavaScript, a process; default 2048. */
  heapMegabytes?: number;
  /** Of memory that a process allocates, native code's too; default 8192. */
  dataMegabytes?: number;
  /** Of one file that is written; default 512. */
  fileMegabytes?: number;
  /** Of processor time, a process; default 1800. */
  cpuSeconds?: number;
  /** False: submissions may use the network, and no namespace is used. */
  network?: 'none' | 'open';
}

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));

const NETWORK_ALONE = [
  ...['unshare', '--user', '--map-root-user', '--net', '--kill-child', '--fork'],
  ...['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
];

/**
 * The strongest containment that this machine has without a container, in three parts: limits of the operating system on what a
 * process takes (prlimit), and namespaces (unshare) that leave it no network, no other processes, and a file system that is read-only
 * but for its own folder, with the hidden folders, the home folder and the temporary folder out of sight.
 */
export function contain(options: ContainmentOptions = {}): Containment {
  const { heapMegabytes = 2048, dataMegabytes = 8192, fileMegabytes = 512, cpuSeconds = 1800 } = options;
  const limits = worksWith(['prlimit', '--core=0', '--'])
    ? [
        ...['prlimit', '--core=0', `--fsize=${fileMegabytes * 2 ** 20}`, '--nofile=8192', '--nproc=8192'],
        ...[`--data=${dataMegabytes * 2 ** 20}`, `--cpu=${cpuSeconds}`, '--'],
      ]
    : [];
  const env = (work: string) => ({
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
    HOME: work,
    TMPDIR: work,
  });
  const counted = limits.length
    ? `${heapMegabytes} MB of JavaScript heap (Node), ${dataMegabytes} MB of memory, ${fileMegabytes} MB a file and ${cpuSeconds} s of processor time for a process (prlimit)`
    : `${heapMegabytes} MB of JavaScript heap (Node) alone, because this machine has no prlimit`;
  const account = 'grade in an account or a container that holds nothing else.';
  if (options.network === 'open') {
    const says = `Contained by ${counted}. The network is not limited, as was asked for, and files are not contained: ${account}`;
    return { level: 'limits', wrap: () => limits, env, says };
  }
  const hide = (options.hide ?? []).filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const inNamespaces = (work: string) => [
    ...['unshare', '--user', '--map-root-user', '--net', '--mount', '--pid', '--ipc', '--fork'],
    ...['--kill-child', '--mount-proc', 'sh', '-c', script(realpathSync(work), hide), 'sh'],
    ...limits,
  ];
  if (seals(inNamespaces)) {
    return {
      level: 'files',
      wrap: inNamespaces,
      env,
      says: `Contained by ${counted}, and by namespaces (Linux): no network, no other processes, files read-only but for a folder of its own, home and submissions out of sight.`,
    };
  }
  if (worksWith(NETWORK_ALONE)) {
    const says = `Contained by ${counted} and by a network of its own (Linux namespace). Files are not contained, because this machine allows no mount namespace: ${account}`;
    return { level: 'network', wrap: () => [...NETWORK_ALONE, ...limits], env, says };
  }
  const says = `Contained by ${counted} alone: this machine allows no namespaces (unshare), so submissions reach the network. Files are not contained: ${account}`;
  return { level: 'limits', wrap: () => limits, env, says };
}

const worksWith = (wrap: readonly string[]): boolean =>
  spawnSync(wrap[0]!, [...wrap.slice(1), 'true'], { timeout: 10_000, stdio: 'ignore' }).status === 0;

/** Tried out rather than assumed: the work folder can be written, the project can't. */
function seals(wrap: (work: string) => string[]): boolean {
  const work = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout?.trim();
  if (!work) return false;
  const probe = `touch ${quoted(join(work, 'mine'))} && test -e ${quoted(join(root, 'package.json'))} && ! touch ${quoted(join(root, `.probe-${process.pid}`))}`;
  const [command, ...args] = [...wrap(work), 'sh', '-c', probe];
  const { status } = spawnSync(command!, args, { timeout: 20_000, stdio: 'ignore' });
  spawnSync('rm', ['-rf', work, join(root, `.probe-${process.pid}`)]);
  return status === 0;
}

/** The home, temporary and shared-memory folders are covered; what the kernel itself needs of them is put back, read-only. */
function script(work: string, hide: readonly string[]): string {
  const real = (path: string | undefined) => (path && existsSync(path) ? realpathSync(path) : undefined);
  const cover = [...new Set([homedir(), tmpdir(), '/tmp', '/dev/shm'].flatMap((path) => real(path) ?? []))];
  const python = real(join(root, '.venv/bin/python'));
  const needed = [
    root,
    real(join(root, '.venv')),
    real(join(root, 'node_modules')),
    dirname(dirname(realpathSync(process.execPath))),
    python && dirname(dirname(python)),
    real(process.env['CONVBOOK_DATA']),
    real(process.env['CONVBOOK_CACHE']),
    real(process.env['CONVBOOK_TENSORFLOW']),
  ].filter((path): path is string => path !== undefined);
  const within = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);
  const keep = [...new Set(needed)].filter(
    (path) => cover.some((folder) => within(path, folder)) && !cover.includes(path),
  );
  // A folder that holds what is needed can't be hidden as a whole.
  const hidden = hide.filter((path) => ![...needed, work].some((one) => within(one, path)));
  return namespaceScript({ cover, keep, hide: hidden, work });
}

/** For sh. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
