import { expect, test } from 'vitest';
import { Signer } from '../../../kernel/transport/signer.ts';

const frames = ['header', 'parent', 'metadata', 'content'].map((text) => Buffer.from(text));

test('signs with HMAC-SHA256 in lower-case hexadecimal', () => {
  // From Python: hmac.new(b"key", b"headerparentmetadatacontent", "sha256").hexdigest()
  expect(new Signer('key').sign(frames)).toBe(
    'd83c5c76c2e1f6da0587e480646b0a65ad9427e3e5fffbfb46d761b101960335',
  );
  expect(new Signer('').sign(frames)).toBe('');
});

test('verifies without accepting a prefix or another case', () => {
  const signer = new Signer('key');
  const signature = signer.sign(frames);
  expect(signer.verify(Buffer.from(signature), frames)).toBe(true);
  expect(signer.verify(Buffer.from(signature.slice(0, 32)), frames)).toBe(false);
  expect(signer.verify(Buffer.from(signature.toUpperCase()), frames)).toBe(false);
  expect(signer.verify(Buffer.alloc(0), frames)).toBe(false);
});

test('recognises replays even of messages whose digests are no longer kept', () => {
  const signer = new Signer('key', 3);
  const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
  for (let i = 0; i < 6; i++) expect(signer.admit(Buffer.from(`digest ${i}`), 'a', at(i))).toBe(true);
  for (let i = 0; i < 6; i++) expect(signer.admit(Buffer.from(`digest ${i}`), 'a', at(i))).toBe(false);
  // Another client's clock may be behind: its messages are its own.
  expect(signer.admit(Buffer.from('digest of b'), 'b', at(0))).toBe(true);
});
