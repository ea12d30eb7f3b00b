import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { freeMegabytes, readable, spaceProblem } from '../../../cli/setup/space.mjs';

describe('disk space', () => {
  const need = { disk: 2000, folder: '/course', variant: 'cpu' };

  it('is enough with room for the packed wheels beside the unpacked', () => {
    expect(spaceProblem({ ...need, free: 2500 })).toBeNull();
    expect(spaceProblem({ ...need, free: 2499 })).not.toBeNull();
  });

  it('says how much is needed, free and lacking', () => {
    const sentence = spaceProblem({ ...need, free: 1000 });
    expect(sentence).toMatch(/needs 2\.5 GB in \/course and 1\.0 GB are free\. Free 1\.5 GB/);
    expect(sentence).not.toMatch(/--cpu/);
  });

  it('offers the smaller wheel where the large one does not fit', () => {
    expect(spaceProblem({ ...need, variant: 'cuda', free: 1 })).toMatch(/npm run setup -- --cpu$/);
  });

  it('is read from the file system', () => {
    expect(freeMegabytes(tmpdir())).toBeGreaterThan(0);
    expect(freeMegabytes('/no/such/folder')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is written for people', () => {
    expect([readable(420), readable(1900), readable(7800)]).toEqual(['420 MB', '1.9 GB', '7.8 GB']);
  });
});
