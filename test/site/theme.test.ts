import { describe, expect, it } from 'vitest';
import { type Colour, contrast, palette, themeCss } from '../../site/theme.ts';

describe('contrast', () => {
  it("is WCAG's: 21 between black and white, 1 between equals, 4.54 for #767676 on white", () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#123456', '#123456')).toBe(1);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});

describe.each(['light', 'dark'] as const)('the %s palette', (theme) => {
  const colour = (name: Colour) => palette[theme][name];
  const texts: Colour[] = ['ink', 'soft', 'accent', 'link'];

  it.each(texts)('%s can be read as text on paper, cards and sunken fields', (text) => {
    for (const ground of ['paper', 'raised', 'sunken'] as const) {
      expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('code can be read in its box, and in the box of an exercise', () => {
    const inks = Object.keys(palette.light).filter((name) => name.startsWith('code-')) as Colour[];
    for (const ink of inks) {
      expect(contrast(colour(ink), colour('sunken')), ink).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(ink), colour('warn-soft')), ink).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('marked, chosen and warning text can be read', () => {
    expect(contrast(colour('accent'), colour('accent-soft'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('soft'), colour('accent-soft'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('ink'), colour('mark'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('soft'), colour('mark'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('warn'), colour('paper'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('bad'), colour('paper'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('paper'), colour('accent'))).toBeGreaterThanOrEqual(4.5);
  });

  it('the lines of figures stand out', () => {
    expect(contrast(colour('fig-ink'), colour('paper'))).toBeGreaterThanOrEqual(4.5);
    for (const line of ['fig-line', 'fig-blue', 'fig-navy'] as const) {
      expect(contrast(colour(line), colour('paper')), line).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('the theme', () => {
  it('has the same colours in light and dark, and paper stays light', () => {
    expect(Object.keys(palette.dark)).toEqual(Object.keys(palette.light));
    const dark = themeCss()
      .split('\n')
      .filter((rule) => rule.includes(palette.dark.paper));
    expect(dark).toHaveLength(2);
    for (const rule of dark) expect(rule).toContain('@media screen');
  });
});
