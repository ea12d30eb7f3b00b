// Every committed lab is run again through the real kernel and compared by meaning, its exercises' solutions included.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { main } from '../../cli/check.ts';
import { fromRoot } from './run-notebook.ts';

const folder = fromRoot('notebooks');
const labs = readdirSync(folder).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
const here = (file: string) => existsSync(join(process.env['CONVBOOK_DATA'] ?? '/nowhere', file));
const hasData = here('mnist/train-images-idx3-ubyte.gz') && here('cifar-10/test_batch.bin.gz');

async function check(file: string): Promise<{ code: number; text: string }> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  try {
    return { code: await main(['--jobs', '1', file]), text };
  } finally {
    spy.mockRestore();
  }
}

describe.runIf(hasData)('the labs, run again', () => {
  it.each(labs)('%s gives what it was committed with', async (name) => {
    const { code, text } = await check(join(folder, name));
    expect(text).toMatch(/^passed/m);
    expect(code).toBe(0);
  });
});

describe('the labs as committed', () => {
  it('are there from 00 to 17', () => {
    const numbers = Array.from({ length: 18 }, (_, i) => String(i).padStart(2, '0'));
    expect(labs.map((name) => name.slice(0, 2))).toEqual(numbers);
  });

  it.each(labs)('%s is below two megabytes', (name) => {
    expect(statSync(join(folder, name)).size).toBeLessThan(2_000_000);
  });
});
