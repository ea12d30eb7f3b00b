import { fileURLToPath } from 'node:url';
import { a1 } from './a1.ts';
import { a2 } from './a2.ts';
import { a3 } from './a3.ts';
import { a4 } from './a4.ts';
import type { Answer } from './answer.ts';

export * from './answer.ts';

/** An assignment and its bank of wrong and hostile answers. */
export interface Tested {
  id: string;
  file: string;
  answers: readonly Answer[];
  /** Exercises that train for a while: left out where they are not what is tried. */
  slow: readonly string[];
}

const tested = (id: string, file: string, answers: readonly Answer[], slow: readonly string[]): Tested => ({
  id,
  file: fileURLToPath(
    new URL(`../../../../notebooks/assignments/source/${id}/${file}.ipynb`, import.meta.url),
  ),
  answers,
  slow,
});

export const assignments: readonly Tested[] = [
  tested('A1', 'a1-neighbours-and-lines', a1, ['train']),
  tested('A2', 'a2-networks-that-learn', a2, ['train']),
  tested('A3', 'a3-convolution', a3, ['train']),
  tested('A4', 'a4-architectures-and-transfer', a4, ['head', 'finetune']),
];
