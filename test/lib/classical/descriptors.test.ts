import { describe, expect, it } from 'vitest';
import { spectra, spectralFlux, spectralRolloff, zeroCrossingRate } from '../../../lib/classical/audio.ts';
import { colorHistogram, histogramIntersection, Textons } from '../../../lib/classical/histograms.ts';
import { hog } from '../../../lib/classical/hog.ts';
import { keypoints, matchKeypoints } from '../../../lib/classical/keypoints.ts';
import { hostRandom } from '../../../lib/training/random.ts';

const draw = (height: number, width: number, f: (x: number, y: number) => number) => ({
  data: Float32Array.from({ length: height * width }, (_, i) => f(i % width, Math.floor(i / width))),
  height,
  width,
  channels: 1,
});

describe('hog', () => {
  it('has the sizes of the paper', () => {
    const { descriptor, shape } = hog(draw(128, 64, (x) => x));
    expect(descriptor.length).toBe(3780);
    expect(shape).toEqual([15, 7, 2, 2, 9]);
  });
  it.each([
    [0, [4, 0]],
    [90, [0, 4]],
    [45, [1, 1]],
    [130, [-1, Math.tan((50 * Math.PI) / 180)]],
  ])('votes for the orientation of a ramp at %d degrees', (degrees, [dx, dy]) => {
    const { cells, cellShape } = hog(
      draw(24, 24, (x, y) => x * dx! + y * dy!),
      { bins: 9 },
    );
    expect(cellShape).toEqual([3, 3, 9]);
    const middle = cells.subarray(4 * 9, 5 * 9);
    const total = middle.reduce((a, b) => a + b, 0);
    // Votes are shared between the two bins whose centres (10, 30, ... degrees) are nearest.
    const expected = new Array<number>(9).fill(0);
    const place = degrees / 20 - 0.5;
    const share = place - Math.floor(place);
    expected[(Math.floor(place) + 9) % 9]! += 1 - share;
    expected[(Math.floor(place) + 10) % 9]! += share;
    middle.forEach((v, b) => void expect(v / total).toBeCloseTo(expected[b]!, 4));
    expect(total / 64).toBeCloseTo(2 * Math.hypot(dx!, dy!), 3); // the central difference spans two pixels
  });
  it('does not change with brightness and contrast', () => {
    const random = hostRandom(2);
    const noise = Float32Array.from({ length: 32 * 32 }, () => random.uniform());
    const a = hog({ data: noise, height: 32, width: 32, channels: 1 }).descriptor;
    const b = hog({ data: noise.map((v) => 3 * v + 5), height: 32, width: 32, channels: 1 }).descriptor;
    a.forEach((v, i) => void expect(b[i]).toBeCloseTo(v, 4));
    expect(Math.max(...a)).toBeLessThan(1);
  });
  it('names a picture that is too small', () => {
    expect(() => hog(draw(8, 8, () => 0))).toThrow('1 x 1 cells of 8 pixels; a block takes 2 x 2');
  });
});

describe('keypoints', () => {
  const blob = (cx: number, cy: number, sigma: number) => (x: number, y: number) =>
    Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma * sigma));
  it.each([3, 5, 8])('finds a blob of width %d at its place and of its size', (sigma) => {
    const [best] = keypoints(draw(96, 96, blob(48, 40, sigma)));
    expect(Math.abs(best!.x - 48)).toBeLessThanOrEqual(2);
    expect(Math.abs(best!.y - 40)).toBeLessThanOrEqual(2);
    expect(best!.scale / sigma).toBeGreaterThan(0.6);
    expect(best!.scale / sigma).toBeLessThan(1.5);
    expect(Math.hypot(...best!.descriptor)).toBeCloseTo(1, 5);
  });
  it('finds nothing on a plain surface, and nothing along a straight edge', () => {
    expect(keypoints(draw(64, 64, () => 0.5))).toEqual([]);
    expect(keypoints(draw(64, 64, (x) => (x < 32 ? 0 : 1)))).toEqual([]);
  });
  it('matches a picture with itself turned by 90 degrees', () => {
    const random = hostRandom(5);
    const blobs = Array.from(
      { length: 14 },
      () =>
        [
          10 + random.integer(76),
          10 + random.integer(76),
          2 + 3 * random.uniform(),
          random.uniform(),
        ] as const,
    );
    const picture = draw(96, 96, (x, y) =>
      blobs.reduce((v, [cx, cy, s, h]) => v + h * blob(cx, cy, s)(x, y), 0),
    );
    const turned = draw(96, 96, (x, y) => picture.data[x * 96 + (95 - y)]!);
    const a = keypoints(picture);
    const b = keypoints(turned);
    const matches = matchKeypoints(a, b);
    // The point (x, y) of the picture lies at (y, 95 - x) of the turned one.
    const right = matches.filter((m) => Math.hypot(b[m.b]!.x - a[m.a]!.y, b[m.b]!.y - (95 - a[m.a]!.x)) < 4);
    expect(matches.length).toBeGreaterThan(5);
    expect(right.length / matches.length).toBeGreaterThan(0.8);
  });
});

describe('histograms', () => {
  it('count colours together and apart', () => {
    const picture = {
      data: new Uint8Array([255, 0, 0, 255, 0, 0, 0, 0, 255, 10, 10, 10]),
      height: 2,
      width: 2,
      channels: 3,
    };
    const joint = colorHistogram(picture, { bins: 2 });
    expect([...joint]).toEqual([0.25, 0.25, 0, 0, 0.5, 0, 0, 0]);
    const apart = colorHistogram(picture, { bins: 2, joint: false });
    expect([...apart].map((v) => Math.round(v * 12))).toEqual([2, 2, 4, 0, 3, 1]);
    expect(histogramIntersection(joint, joint)).toBe(1);
    expect(histogramIntersection([1, 0], [0, 1])).toBe(0);
  });
  it('tell textures apart by textons', () => {
    const random = hostRandom(3);
    const upright = () => draw(32, 32, (x) => (x % 6 < 3 ? 1 : 0) + 0.05 * random.normal());
    const lying = () => draw(32, 32, (_, y) => (y % 6 < 3 ? 1 : 0) + 0.05 * random.normal());
    const textons = new Textons({ count: 6, samples: 600, seed: 1 }).train([upright(), lying()]);
    const [a, b, c] = [upright(), upright(), lying()].map((p) => textons.histogram(p));
    expect(a!.reduce((x, y) => x + y, 0)).toBeCloseTo(1, 4);
    expect(histogramIntersection(a!, b!)).toBeGreaterThan(0.8);
    expect(histogramIntersection(a!, c!)).toBeLessThan(0.4);
  });
});

describe('sound', () => {
  const tone = (frequency: number, n = 4096, rate = 8000) =>
    Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate + 0.1));
  it('has the spectrum that the sum of the definition gives', () => {
    const random = hostRandom(6);
    const samples = Array.from({ length: 32 }, () => random.normal());
    const [found] = spectra(samples, { size: 32 });
    for (let k = 0; k <= 16; k++) {
      let [re, im] = [0, 0];
      samples.forEach((v, i) => {
        const w = v * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / 32));
        re += w * Math.cos((2 * Math.PI * k * i) / 32);
        im -= w * Math.sin((2 * Math.PI * k * i) / 32);
      });
      expect(found![k]).toBeCloseTo(Math.hypot(re, im), 10);
    }
  });
  it('crosses zero twice a period', () => {
    for (const rate of zeroCrossingRate(tone(1000))) expect(rate).toBeCloseTo(2000 / 8000, 2);
  });
  it('rolls off at the tone', () => {
    for (const f of spectralRolloff(tone(1500), { rate: 8000 })) expect(Math.abs(f - 1500)).toBeLessThan(20);
  });
  it('has flux where the tone changes and none where it stays', () => {
    const change = Float64Array.from([...tone(500, 4096), ...tone(2500, 4096)]);
    const flux = spectralFlux(change);
    expect(flux[1]).toBeLessThan(0.1);
    expect(Math.max(...flux)).toBeGreaterThan(0.7);
    expect(flux.indexOf(Math.max(...flux))).toBeGreaterThan(4);
    expect(flux.indexOf(Math.max(...flux))).toBeLessThan(9);
  });
  it('says what is wrong', () => {
    expect(() => spectra([1, 2, 3], { size: 3 })).toThrow('3 samples; the spectrum needs a power of two');
    expect(() => zeroCrossingRate([1, 2])).toThrow('2 samples, less than one frame of 1024');
  });
});
