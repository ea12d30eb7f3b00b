// @ts-check
// Written in the JavaScript of 2018: this file must parse on the old Node versions that it turns away.

export const MINIMUM = [20, 19];

/** @param {string} version such as `20.19.1` or `v18.2.0` @returns {boolean} */
export function isSupported(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  return parts[0] > MINIMUM[0] || (parts[0] === MINIMUM[0] && parts[1] >= MINIMUM[1]);
}

/**
 * What to tell somebody whose Node is too old, with a command that mends it on this machine.
 * @param {string} version
 * @param {{platform: string, arch: string, env: Record<string, string | undefined>, command?: string}} machine
 * @returns {string | null} null where the version will do
 */
export function nodeProblem(version, machine) {
  if (isSupported(version)) return null;
  const command = machine.command || 'start';
  let remedy;
  if (machine.env.NVM_DIR) {
    remedy = 'nvm install 22 && nvm use 22';
  } else if (machine.env.FNM_DIR || machine.env.FNM_MULTISHELL_PATH) {
    remedy = 'fnm install 22 && fnm use 22';
  } else {
    // The binary as an npm package: needs no administrator and no other host than the user's npm registry.
    const name = `node-${machine.platform}-${machine.arch}`;
    remedy = `npx -y -p ${name}@22 node bin/convbook.mjs ${command}`;
  }
  return (
    'convbook needs Node ' +
    MINIMUM.join('.') +
    ' or newer, and this is Node ' +
    version.replace(/^v/, '') +
    '. Run: ' +
    remedy
  );
}
