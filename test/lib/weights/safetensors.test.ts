import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSafetensors, readSafetensors, writeSafetensors } from '../../../lib/weights/file.ts';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file by hand, byte for byte as the format's description says. */
function file(header: unknown, numbers: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + numbers.length);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 8);
  out.set(numbers, 8 + json.length);
  return out;
}

const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('safetensors', () => {
  it('reads back what it wrote, names and texts of any kind included', async () => {
    const path = join(folder, 'round.safetensors');
    const tensors = {
      'a.kernel': {
        shape: [2, 3],
        dtype: 'float32' as const,
        data: new Float32Array([1, -2, 3.5, 0, Number.NaN, 1e-40]),
      },
      'ü "quoted"\n': { shape: [], dtype: 'int32' as const, data: new Int32Array([-7]) },
      ['__proto__']: { shape: [0, 4], dtype: 'float32' as const, data: new Float32Array(0) },
    };
    await writeSafetensors(path, new Map(Object.entries(tensors)), { licence: 'MIT' });
    const back = await readSafetensors(path);
    expect(back.metadata).toEqual({ licence: 'MIT' });
    expect([...back.tensors]).toEqual(Object.entries(tensors));
    expect(parseSafetensors(readFileSync(path))).toEqual(back);
    const raw = readFileSync(path);
    expect((8 + Number(raw.readBigUInt64LE(0))) % 8).toBe(0);
  });

  it('leaves one file and no neighbours, and the old one where writing fails', async () => {
    const path = join(folder, 'sub', 'one.safetensors');
    const tensor = { shape: [1], dtype: 'float32' as const, data: new Float32Array([1]) };
    await writeSafetensors(path, { a: tensor });
    await writeSafetensors(path, { b: tensor });
    expect([...(await readSafetensors(path)).tensors.keys()]).toEqual(['b']);
    await expect(writeSafetensors(path, { c: { ...tensor, shape: [2] } })).rejects.toThrow(
      /"c" has shape \[2\] but 1 numbers/,
    );
    expect(readdirSync(join(folder, 'sub'))).toEqual(['one.safetensors']);
    expect([...(await readSafetensors(path)).tensors.keys()]).toEqual(['b']);
  });

  it.each([
    ['F64', new Float64Array([0.5, -2]), [0.5, -2]],
    ['F16', new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00]), [1, -2, 2 ** -24, Number.POSITIVE_INFINITY]],
    ['BF16', new Uint16Array([0x3f80, 0xc000]), [1, -2]],
    ['I64', new BigInt64Array([5n, -6n]), [5, -6]],
    ['U32', new Uint32Array([7]), [7]],
    ['I16', new Int16Array([-300]), [-300]],
    ['U16', new Uint16Array([65535]), [65535]],
    ['I8', new Int8Array([-1]), [-1]],
    ['U8', new Uint8Array([200]), [200]],
    ['BOOL', new Uint8Array([1, 0]), [1, 0]],
  ])('reads %s', (dtype, array, expected) => {
    const n = (array as Uint8Array).length;
    const back = parseSafetensors(
      file({ x: { dtype, shape: [n], data_offsets: [0, array.byteLength] } }, bytes(array)),
    );
    expect([...back.tensors.get('x')!.data]).toEqual(expected);
  });

  const entry = (extra: object) => ({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...extra } });
  const eight = new Uint8Array(8);
  const huge = new Uint8Array(16);
  new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true);
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /has 0 bytes, fewer than the 8/],
    ['a header larger than the limit', huge, /header would have 9223372036854775808 bytes/],
    ['a header larger than the file', file(entry({}), eight).subarray(0, 20), /truncated or of another kind/],
    ['a header that is no JSON', file('{"x":'), /no JSON/],
    ['a header that is no UTF-8', rawHeader([0xff, 0xfe]), /no JSON/],
    ['a list as header', file([]), /no JSON object/],
    ['an unknown type', file(entry({ dtype: 'constructor' }), eight), /unknown type "constructor"/],
    ['a negative shape', file(entry({ shape: [-2] }), eight), /shape \[-2\]/],
    ['a fractional shape', file(entry({ shape: [1.5] }), eight), /shape \[1.5\]/],
    ['an overflowing shape', file(entry({ shape: [2 ** 40, 2 ** 40] }), eight), /takes/],
    [
      'a size that is not the shape',
      file(entry({ shape: [3] }), eight),
      /8 bytes, but F32 of shape \[3\] takes 12/,
    ],
    ['offsets outside of the file', file(entry({ data_offsets: [8, 16] }), eight), /begins at byte/],
    ['offsets the wrong way round', file(entry({ data_offsets: [8, 0] }), eight), /-8 bytes/],
    ['a truncated body', file(entry({}), eight).subarray(0, -1), /truncated/],
    ['bytes after the end', file(entry({}), new Uint8Array(9)), /too long/],
    ['two tensors in one place', file({ ...entry({}), y: entry({}).x }, eight), /hole or an overlap/],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), /__metadata__/],
    [
      'a number too large',
      file({ x: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, bytes(new BigInt64Array([2n ** 40n]))),
      /does not fit into 32 bits/,
    ],
  ])('refuses %s', async (_name, content, message) => {
    expect(() => parseSafetensors(content)).toThrow(message);
    const path = join(folder, 'hostile.safetensors');
    writeFileSync(path, content);
    await expect(readSafetensors(path)).rejects.toThrow(message);
  });

  it('says which file is missing', async () => {
    await expect(readSafetensors(join(folder, 'none.safetensors'))).rejects.toThrow(
      /none.safetensors can't be opened/,
    );
  });
});

function rawHeader(header: number[]): Uint8Array {
  const out = new Uint8Array(8 + header.length);
  out[0] = header.length;
  out.set(header, 8);
  return out;
}
