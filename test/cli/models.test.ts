import { describe, expect, it } from 'vitest';
import { findModel, main, parseModelsOptions } from '../../cli/models.ts';

/** What the command prints. */
async function printed(...args: string[]): Promise<string> {
  const parts: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => parts.push(text) > 0) as typeof process.stdout.write;
  try {
    expect(await main(args)).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  return parts.join('');
}

describe('the models command', () => {
  it('prints the layers and totals of one architecture', async () => {
    const text = await printed('vgg-16');
    expect(text).toContain('138,357,544'); // as published: Simonyan and Zisserman, configuration D
    expect(text.split('\n').length).toBeGreaterThan(20);
  });

  it('gives the same as JSON, in the size that was asked for', async () => {
    const seen = JSON.parse(await printed('LeNet5Modern', '--classes', '3', '--json'));
    expect(seen.rows.at(-1).outputShape).toEqual([3]);
    const sum = seen.rows.reduce((total: number, row: { parameters: number }) => total + row.parameters, 0);
    expect(seen.totals.parameters).toBe(sum);
  });

  it('lists all of them with what they cost', async () => {
    const all = JSON.parse(await printed('--json')) as {
      name: string;
      parameters: number;
      multiplyAdds: number;
    }[];
    expect(all.length).toBeGreaterThan(25);
    expect(all.every((one) => one.parameters > 0 && one.multiplyAdds > 0)).toBe(true);
    const lines = (await printed()).trim().split('\n');
    expect(lines).toHaveLength(all.length + 1);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('takes a name in any spelling and guesses a mistyped one', () => {
    expect(findModel('ResNet_18')).toBe('resnet-18');
    expect(() => findModel('resnet-19')).toThrow(/There is no model "resnet-19"\. Did you mean resnet-18\?/);
    expect(() => findModel('transformer')).toThrow(
      /^There is no model "transformer"\. npx convbook models lists/,
    );
  });

  it('answers what it cannot use with a sentence', async () => {
    expect(parseModelsOptions(['vgg-11', '--input', '32x32x3']).options).toEqual({ inputShape: [32, 32, 3] });
    expect(() => parseModelsOptions(['--input', '32'])).toThrow(/three sizes, as in 32x32x3, not "32"/);
    expect(() => parseModelsOptions(['--classes', 'ten'])).toThrow(
      /--classes needs a number above 0, not "ten"/,
    );
    expect(() => parseModelsOptions(['a', 'b'])).toThrow(/does not know "b"\. Usage: /);
    await expect(main(['alexnet', '--input', '4x4x3'])).rejects.toThrow(/./);
  });
});
