import { spawnSync } from 'node:child_process';

/** What keeps a submission from doing harm while it is graded, and what does not. */
export interface Containment {
  /** The command that a run is started through. */
  wrap: string[];
  env: Record<string, string>;
  /** A sentence for the teacher. */
  says: string;
}

/** The script gets the command as its arguments; loopback is what kernel and client talk over. */
const OWN_NETWORK = [
  'unshare',
  '--user',
  '--map-root-user',
  '--net',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  'sh',
];

/**
 * The strongest containment that this machine has without a container: a network namespace of its own, so that nothing outside can
 * be reached, and a bound on the JavaScript heap. Files are not contained: a submission can read and write what the account can
 * that grades.
 */
export function contain(heapMegabytes = 2048): Containment {
  const env = { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` };
  const files = 'Files are not contained: grade in an account or a container that holds nothing else.';
  const memory = `${heapMegabytes} MB of JavaScript heap (Node)`;
  const works =
    spawnSync(OWN_NETWORK[0]!, [...OWN_NETWORK.slice(1), 'true'], { timeout: 10_000 }).status === 0;
  if (!works) {
    const says = `Contained by ${memory} alone: this machine allows no network namespace (unshare), so submissions reach the network. ${files}`;
    return { wrap: [], env, says };
  }
  return {
    wrap: OWN_NETWORK,
    env,
    says: `Contained by ${memory} and by a network of its own (Linux namespace). ${files}`,
  };
}
