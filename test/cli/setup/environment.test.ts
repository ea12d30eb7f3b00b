import { describe, expect, it } from 'vitest';
import { environmentDefect, type Marker } from '../../../cli/setup/environment.mjs';

const marker: Marker = { root: '/course', python: '3.11.7', state: 'ready' };
const sound = { exists: true, marker, root: '/course', runs: () => true };

describe('the Python environment', () => {
  it('is left as it is where it is sound, finished or not', () => {
    expect(environmentDefect(sound)).toBeNull();
    expect(environmentDefect({ ...sound, marker: { ...marker, state: 'installing' } })).toBeNull();
  });

  it.each([
    ['not there yet', { exists: false }],
    ['an interrupted set-up left it half made', { marker: { ...marker, state: 'creating' as const } }],
    ['the folder was moved since', { root: '/elsewhere' }],
    ['its Python no longer runs', { runs: () => false }],
  ])('is made again: %s', (reason, difference) => {
    expect(environmentDefect({ ...sound, ...difference })).toEqual({ reason });
  });

  it('of somebody else is never touched', () => {
    expect(environmentDefect({ ...sound, marker: null })).toEqual({ foreign: true });
  });
});
