import { describe, expect, it } from 'vitest';
import { fromRoot } from '../../../cli/setup/paths.mjs';
import { joined } from '../../../guard/notebook.ts';
import { models } from '../../../lib/models/index.ts';
import { allFamilies, familyOf, rounded } from '../../../site/pages/architectures.ts';
import { terms } from '../../../site/pages/glossary.ts';
import { addressesOf, papers, recommends } from '../../../site/pages/references.ts';
import { findSources } from '../../../site/sources.ts';

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

  it('hold every paper that a lab names by its DOI or arXiv number', async () => {
    const { sources } = await findSources(fromRoot());
    const texts = sources.flatMap(({ file, notebook }) =>
      notebook.cells.map((cell) => ({ where: `${file}, ${cell.id}`, text: joined(cell.source) })),
    );
    const named = texts.flatMap(({ where, text }) =>
      [...text.matchAll(/https:\/\/(?:doi\.org|arxiv\.org\/abs)\/[^\s)"']+/gi)].map(([address]) => ({
        where,
        address,
      })),
    );
    expect(named.length).toBeGreaterThan(50);
    const known = new Set(papers.flatMap(addressesOf).map(({ href }) => href));
    expect(named.filter(({ address }) => !known.has(address))).toEqual([]);
  });

  it('know which labs recommend them, by address or by title', () => {
    const paper = (key: string) => papers.find((one) => one.key === key)!;
    const adam = 'Kingma, <a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>';
    expect(recommends(adam, paper('kingma2015'))).toBe(true);
    expect(recommends(adam, paper('duchi2011'))).toBe(false);
    const weston = 'J. Weston, <em>Support vector machines for multi-class pattern recognition</em>, 1999';
    expect(recommends(weston, paper('weston1999'))).toBe(true);
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
