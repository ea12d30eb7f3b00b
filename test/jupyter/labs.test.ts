import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareNotebook } from '../../guard/check.ts';
import { readNotebook } from '../../guard/notebook.ts';
import { textReport } from '../../guard/report/text.ts';
import { runNotebook } from '../../guard/run.ts';

// Every lab is run again and compared, output by output, with what is committed; the solutions of its exercises are tried too.
// The labs that train for long are left to `npm run test:all`.

const folder = fileURLToPath(new URL('../../notebooks', import.meta.url));
const quick = /^(00|01|05|08)-/;
const all = process.env['CONVBOOK_TEST_ALL'] === '1';
const labs = readdirSync(folder).filter((name) => name.endsWith('.ipynb') && (all || quick.test(name)));

describe('the labs', () => {
  it.for(labs)('%s gives what is committed', async (name, { skip }) => {
    const file = join(folder, name);
    const committed = await readNotebook(file);
    const report = compareNotebook(name, committed, await runNotebook(file, { timeoutSeconds: 850 }));
    // Made digits or another engine: no failure, and no pass either.
    if (report.status === 'not-comparable') skip(report.reason);
    expect(report.status, textReport([report])).toBe('passed');
  });
});
