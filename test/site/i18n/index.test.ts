import { describe, expect, it } from 'vitest';
import en from '../../../site/i18n/en.json' with { type: 'json' };
import { translator } from '../../../site/i18n/index.ts';
import pt from '../../../site/i18n/pt.json' with { type: 'json' };

const english: Record<string, string> = en;
const portuguese: Record<string, string> = pt;
const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();

describe('interface texts', () => {
  it('are the same ones in both languages', () => {
    expect(Object.keys(pt)).toEqual(Object.keys(en));
  });

  it('leave the same blanks, and none is empty', () => {
    for (const [key, text] of Object.entries(english)) {
      expect(blanks(portuguese[key]!), key).toEqual(blanks(text));
      expect(text.trim(), key).not.toBe('');
      expect(portuguese[key]!.trim(), key).not.toBe('');
    }
  });

  it('fills in what is given', () => {
    expect(translator('en')('map.needs', { labs: '04, 05' })).toBe('Needs 04, 05');
    expect(translator('pt')('map.needs', { labs: '04' })).toBe('Requer 04');
  });
});
