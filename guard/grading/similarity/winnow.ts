import { type Token, tokensOf } from './tokens.ts';

/** Tokens that must be the same in a row to count as one match: shorter ones are everybody's. */
export const GRAM = 14;
/** Of this many matches in a row at least one is kept: what is as long as both together is always found. */
export const WINDOW = 8;

/** A kept match: its hash, and the lines that it stands in. */
export interface Fingerprint {
  hash: number;
  from: number;
  to: number;
}

/**
 * The fingerprints of code by winnowing (Schleimer, Wilkerson & Aiken, SIGMOD 2003, doi:10.1145/872757.872770): the hashes of all runs of `GRAM`
 * tokens, of which the smallest in each window is kept. Equal stretches of GRAM + WINDOW - 1 tokens always share one.
 */
export function fingerprintsOf(code: string): Fingerprint[] {
  const tokens = tokensOf(code);
  const grams: Fingerprint[] = [];
  for (let i = 0; i + GRAM <= tokens.length; i++) {
    const last = tokens[i + GRAM - 1]!;
    grams.push({ hash: hashOf(tokens, i), from: tokens[i]!.line, to: last.line });
  }
  const kept: Fingerprint[] = [];
  let lastKept = -1;
  for (let start = 0; start + Math.min(WINDOW, grams.length) <= grams.length && grams.length > 0; start++) {
    let least = start;
    // The rightmost of equals, so that neighbouring windows keep the same one.
    for (let i = start; i < Math.min(start + WINDOW, grams.length); i++)
      if (grams[i]!.hash <= grams[least]!.hash) least = i;
    if (least !== lastKept) kept.push(grams[least]!);
    lastKept = least;
  }
  return kept;
}

/** FNV-1a over the forms of one run of tokens. */
function hashOf(tokens: readonly Token[], from: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + GRAM; i++) {
    const { form } = tokens[i]!;
    for (let c = 0; c < form.length; c++) hash = Math.imul(hash ^ form.charCodeAt(c), 0x01000193);
    hash = Math.imul(hash ^ 0xff, 0x01000193);
  }
  return hash >>> 0;
}
