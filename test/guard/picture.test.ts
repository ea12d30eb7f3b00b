import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { comparePictures, pictureDistance, read } from '../../guard/compare/picture.ts';
import { finder } from '../../guard/finding.ts';
import { png } from './made-notebook.ts';

const distance = (a: string, b: string) => pictureDistance(read(a)!, read(b)!);

describe('the distance of pictures', () => {
  it('is 0 for equal ones, small for noise, and grows with the change', () => {
    expect(distance(png(), png())).toBe(0);
    const [noise, little, much] = [
      distance(png(), png(0, 1)),
      distance(png(), png(4)),
      distance(png(), png(16)),
    ];
    expect(noise).toBeGreaterThan(0);
    expect(noise).toBeLessThan(little);
    expect(little).toBeLessThan(much);
    expect(much).toBeLessThanOrEqual(1);
  });

  it('sees another colour of the same brightness', () => {
    const plain = (r: number, g: number, b: number) =>
      Buffer.from(
        encode({
          width: 16,
          height: 16,
          channels: 3,
          data: new Uint8Array(768).map((_, i) => [r, g, b][i % 3]!),
        }),
      ).toString('base64');
    expect(distance(plain(255, 0, 0), plain(0, 130, 0))).toBeGreaterThan(0.3);
  });
});

describe('comparePictures', () => {
  const compare = (a: string, b: string, most?: number) =>
    comparePictures('image/png', a, b, most, finder('x'));

  it('takes the same pixels packed otherwise for equal', () => {
    const { width, height } = read(png())!;
    const data = new Uint8Array(width * height * 4);
    read(png())!.rgb.forEach((value, i) => {
      data[Math.floor(i / 3) * 4 + (i % 3)] = value;
      data[Math.floor(i / 3) * 4 + 3] = 255;
    });
    const other = Buffer.from(encode({ width, height, data, channels: 4 }, { zlib: { level: 1 } })).toString(
      'base64',
    );
    expect(other).not.toBe(png());
    expect(compare(png(), other)).toEqual([]);
  });

  it('tells sizes, damaged files and the distance', () => {
    const small = Buffer.from(
      encode({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) }),
    ).toString('base64');
    expect(compare(png(), small, 1)[0]).toMatchObject({ expected: '48 x 32 pixels', got: '8 x 8 pixels' });
    expect(compare(png(), 'AAAA', 1)[0]!.got).toBe('a damaged PNG');
    expect(compare(png(), png(16), 0.01)[0]!.rule).toBe('a distance of at most 0.01');
    expect(compare(png(), png(3))[0]!.got).toMatch(/^\d+ pixels differ/);
  });
});
