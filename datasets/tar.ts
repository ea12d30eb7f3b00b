import { DataError } from './errors.ts';

/**
 * The members of a tar archive whose name (without folders) is wanted. Only regular files; nothing is written to disk,
 * so that a hostile name can do no harm.
 */
export function readTar(
  archive: Uint8Array,
  wanted: (name: string) => boolean,
  where: string,
): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const text = new TextDecoder('latin1');
  let at = 0;
  while (at + 512 <= archive.length) {
    const header = archive.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) return found;
    const field = (from: number, to: number) =>
      text.decode(header.subarray(from, to)).replace(/\0.*$/s, '').trim();
    const size = Number.parseInt(field(124, 136), 8);
    const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (!Number.isFinite(size) || sum !== Number.parseInt(field(148, 156), 8)) {
      throw new DataError('wrong-magic', `${where} is no tar archive, or is damaged at byte ${at}.`);
    }
    const type = String.fromCharCode(header[156]!);
    const name = field(0, 100).split('/').at(-1)!;
    if (at + 512 + size > archive.length) {
      throw new DataError(
        'truncated',
        `${where} is truncated: ${name} says ${size} bytes and the archive ends before.`,
      );
    }
    if ((type === '0' || type === '\0') && wanted(name))
      found.set(name, archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new DataError('truncated', `${where} is truncated: the archive has no end.`);
}
