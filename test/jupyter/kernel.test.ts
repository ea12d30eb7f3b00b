import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fromRoot, python } from './run-notebook.ts';

test("the kernel passes Jupyter's own test suite, skipping nothing but the pager", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'convbook-suite-'));
  try {
    const { stderr } = await promisify(execFile)(
      python(),
      [fromRoot('test', 'jupyter', 'kernel', 'kernel_test_suite.py')],
      {
        cwd: folder,
        env: {
          ...process.env,
          JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
          CONVBOOK_HISTORY: join(folder, 'history.jsonl'),
        },
      },
    ).catch((error: { stderr: string }) => error);
    // unittest reports on stderr; it is shown when something is not as it should be.
    const skipped = stderr.match(/ skipped '.*/g) ?? [];
    expect(skipped, stderr).toEqual([" skipped 'No code page something'"]);
    expect(stderr).toMatch(/\nRan 14 tests in .*\n\nOK \(skipped=1\)\n/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
