import { describe, expect, it } from 'vitest';
import { models } from '../../../lib/models/index.ts';
import { allFamilies, familyOf, rounded } from '../../../site/pages/architectures.ts';
import { terms } from '../../../site/pages/glossary.ts';
import { addressesOf, papers } from '../../../site/pages/references.ts';

describe('the references', () => {
  it('each have a name of their own and an address: a DOI, an arXiv number or a page', () => {
    expect(new Set(papers.map(({ key }) => key)).size).toBe(papers.length);
    for (const paper of papers) {
      expect(addressesOf(paper).length, paper.key).toBeGreaterThan(0);
      if (paper.doi) expect(paper.doi, paper.key).toMatch(/^10\.\d{4,9}\/\S+$/);
      if (paper.arxiv) expect(paper.arxiv, paper.key).toMatch(/^\d{4}\.\d{4,5}$/);
      if (paper.url) expect(paper.url, paper.key).toMatch(/^https:\/\//);
    }
  });

  it('never have one address twice', () => {
    const all = papers.flatMap(addressesOf).map(({ href }) => href);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the glossary', () => {
  it('explains each term once, in both languages', () => {
    for (const language of ['en', 'pt'] as const) {
      expect(new Set(terms.map((term) => term[language])).size).toBe(terms.length);
      for (const term of terms) expect(term.text[language], term.en).toMatch(/\.$/);
    }
    for (const term of terms)
      expect(
        term.labs.every((lab) => /^\d\d$/.test(lab)),
        term.en,
      ).toBe(true);
  });
});

describe('the architectures', () => {
  it('of the course each belong to a family whose paper is among the references', () => {
    for (const name of Object.keys(models)) {
      const family = familyOf(name);
      expect(family, name).toBeDefined();
      expect(
        papers.some(({ key }) => key === family!.paper),
        family!.paper,
      ).toBe(true);
    }
  });

  it('know the longest name that fits: the ResNets for CIFAR are their own', () => {
    expect(familyOf('cifar-resnet-20')?.prefix).toBe('cifar-resnet');
    expect(familyOf('resnet-50')?.prefix).toBe('resnet');
    expect(familyOf('lenet-5-modern')?.prefix).toBe('lenet-5');
    expect(familyOf('perceptron')).toBeUndefined();
    expect(allFamilies.every(({ text }) => text.en !== '' && text.pt !== '')).toBe(true);
  });

  it('have numbers for the eye in the way of the language', () => {
    expect(rounded(138_357_544, 'en')).toBe('138.4 million');
    expect(rounded(138_357_544, 'pt')).toBe('138,4 milhões');
    expect(rounded(15_470_264_320, 'en')).toBe('15.5 billion');
    expect(rounded(9760, 'pt')).toBe('9.760');
  });
});
