import { describe, expect, it } from 'vitest';
import { explainNpm, explainPip } from '../../../cli/setup/explain.mjs';

const log = '/course/.cache/setup.log';

describe('failures of the installers', () => {
  it.each([
    ['npm error code ENOTFOUND\nnpm error network request failed', /npm does not reach its registry/],
    ['npm error code EAI_AGAIN', /npm does not reach its registry/],
    ['npm error code ENOSPC', /disk filled up/],
    ['npm error code EACCES\nnpm error path /root/.npm', /npm may not write here/],
    ['npm error code E404', /registry refuses a package/],
    ['npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /certificate is not trusted/],
  ])('npm: %s', (output, sentence) => {
    expect(explainNpm(output, log)).toMatch(sentence);
    expect(explainNpm(output, log)).toContain(`The whole log: ${log}`);
  });

  it.each([
    [
      "NewConnectionError('Failed to establish a new connection')\nERROR: No matching distribution found for wrapt==2.5.2",
      /pip does not reach its package index/,
    ],
    ['OSError: [Errno 28] No space left on device', /disk filled up/],
    [
      'ERROR: No matching distribution found for tensorflow-cpu==2.21.0',
      /lacks tensorflow-cpu==2\.21\.0 for this Python/,
    ],
    ['SSLError(CERTIFICATE_VERIFY_FAILED)', /certificate is not trusted/],
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES', /pip cache purge/],
  ])('pip: %s', (output, sentence) => {
    expect(explainPip(output, log)).toMatch(sentence);
  });

  it('shows the last lines of a failure that it does not know', () => {
    const output = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
    const sentence = explainPip(output, log);
    expect(sentence).toContain('line 19');
    expect(sentence).not.toContain('line 3\n');
  });
});
