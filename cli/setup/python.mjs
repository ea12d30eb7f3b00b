// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Problem } from './problem.mjs';

/** The versions that TensorFlow's wheel exists for. */
export const OLDEST = 10;
export const NEWEST = 13;

/**
 * @typedef {object} Probe what one Python says of itself
 * @property {string} command how it was called
 * @property {string} executable
 * @property {number[]} version
 * @property {boolean} venv whether it can make environments (Debian splits venv's pip from Python)
 * @property {boolean} wide 64 bit
 */

const QUESTION = `
import json, sys
def has(name):
    try:
        __import__(name)
        return True
    except Exception:
        return False
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:3]),
                  "venv": has("venv") and has("ensurepip"), "wide": sys.maxsize > 2**32}))
`;

/** The user's own python3 first; then the named versions, the middle of the range before its ends.
 * @param {string} platform @returns {string[][]} */
export function candidates(platform) {
  const named = [12, 13, 11, 10].map((minor) => [`python3.${minor}`]);
  const launcher =
    platform === 'win32'
      ? [
          ['py', '-3.12'],
          ['py', '-3'],
        ]
      : [];
  return [['python3'], ...named, ['python'], ...launcher];
}

/** @param {string[]} command @returns {Probe | null} null where there is no such Python, or a shim of one */
export function probe(command) {
  const [program, ...args] = command;
  const result = spawnSync(program, [...args, '-c', QUESTION], {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: withoutPythonPath(process.env),
  });
  if (result.status !== 0) return null;
  try {
    return { command: command.join(' '), ...JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') };
  } catch {
    return null;
  }
}

/** A PYTHONPATH or PYTHONHOME meant for another Python would leak its packages into the environment.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
export function withoutPythonPath(env) {
  const { PYTHONPATH: _path, PYTHONHOME: _home, __PYVENV_LAUNCHER__: _launcher, ...rest } = env;
  return { ...rest, PYTHONNOUSERSITE: '1' };
}

/** @param {Probe} found */
export function inRange(found) {
  const [major, minor] = found.version;
  return major === 3 && minor >= OLDEST && minor <= NEWEST && found.wide;
}

/**
 * Chooses among the Pythons found, or says what to install.
 * @param {Probe[]} probes in order of preference
 * @param {{platform: string, os: OperatingSystem, hasUv: boolean, isAdministrator: boolean}} machine
 * @returns {{python: Probe} | {problem: string}}
 */
export function choosePython(probes, machine) {
  const usable = probes.filter(inRange);
  const complete = usable.find((found) => found.venv) ?? (machine.hasUv ? usable[0] : undefined);
  if (complete) return { python: complete };
  const sudo = machine.isAdministrator ? '' : 'sudo ';
  const range = `3.${OLDEST} to 3.${NEWEST}`;
  if (usable.length > 0) {
    const version = usable[0].version.slice(0, 2).join('.');
    const remedy =
      machine.os === 'debian'
        ? `${sudo}apt-get install -y python${version}-venv`
        : `${usable[0].command} -m ensurepip --upgrade`;
    return {
      problem: `Python ${version} is here without its module for environments (venv and ensurepip). Run: ${remedy}`,
    };
  }
  const others = probes.map(
    (found) => `${found.command} is ${found.version.join('.')}${found.wide ? '' : ', 32 bit'}`,
  );
  const seen = others.length > 0 ? `found only: ${others.join('; ')}` : 'found none';
  return {
    problem: `convbook needs a 64-bit Python ${range} for JupyterLab and TensorFlow (${seen}). Run: ${installPython(machine.os, sudo)}`,
  };
}

/** @typedef {'debian' | 'fedora' | 'arch' | 'alpine' | 'macos' | 'windows' | 'other'} OperatingSystem */

/** @param {OperatingSystem} os @param {string} sudo */
function installPython(os, sudo) {
  switch (os) {
    case 'debian':
      return `${sudo}apt-get update && ${sudo}apt-get install -y python3 python3-venv`;
    case 'fedora':
      return `${sudo}dnf install -y python3.12`;
    case 'arch':
      return `${sudo}pacman -S --needed uv && uv python install 3.12`;
    case 'alpine':
      return `${sudo}apk add python3 py3-pip`;
    case 'macos':
      return 'brew install python@3.12';
    case 'windows':
      return 'wsl --install, and then follow the README inside WSL';
    default:
      return "your system's package manager to install python3.12, or name one with: npm run setup -- --python /path/to/python3";
  }
}

/** @param {string} platform @param {string} [release] text of /etc/os-release @returns {OperatingSystem} */
export function operatingSystem(platform, release) {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  const text = release ?? (existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '');
  const ids = [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => match[1].split(' '));
  if (ids.some((id) => id === 'debian' || id === 'ubuntu')) return 'debian';
  if (ids.some((id) => id === 'fedora' || id === 'rhel' || id === 'centos')) return 'fedora';
  if (ids.includes('arch')) return 'arch';
  if (ids.includes('alpine')) return 'alpine';
  return 'other';
}

/** Asks the machine. @param {{wanted?: string, hasUv: boolean}} options @returns {Probe} */
export function findPython({ wanted, hasUv }) {
  const machine = {
    platform: process.platform,
    os: operatingSystem(process.platform),
    hasUv,
    isAdministrator: process.getuid?.() === 0,
  };
  /** @type {Probe[]} */
  const probes = [];
  if (wanted) {
    const found = probe([wanted]);
    if (!found)
      throw new Problem(
        `${wanted} does not run as a Python. Give --python a path to Python 3.${OLDEST} to 3.${NEWEST}.`,
      );
    probes.push(found);
  } else {
    for (const command of candidates(process.platform)) {
      const found = probe(command);
      if (found) probes.push(found);
      if (found && inRange(found) && found.venv) break;
    }
  }
  const choice = choosePython(probes, machine);
  if ('problem' in choice) throw new Problem(choice.problem);
  return choice.python;
}
