import { createHmac, randomBytes } from 'node:crypto';
import { joined, type Notebook } from '../notebook.ts';
import { csvText, parseCsv, unquoted } from './csv.ts';

/** Who is who. The file of it is kept apart from what is graded. */
export interface Key {
  /** Pseudonyms come from it and the name: the same in every assignment of a course, and nobody's guess. */
  secret: string;
  pseudonyms: Map<string, string>;
}

export const newKey = (secret = randomBytes(16).toString('hex')): Key => ({ secret, pseudonyms: new Map() });

/** The student's pseudonym, made where there is none yet: `reader-7k3f9q`. */
export function pseudonymOf(key: Key, student: string): string {
  const known = key.pseudonyms.get(student);
  if (known) return known;
  const taken = new Set(key.pseudonyms.values());
  for (let n = 0; ; n++) {
    const digest = createHmac('sha256', key.secret).update(`${student}\n${n}`).digest();
    const name = `reader-${BigInt(`0x${digest.toString('hex')}`)
      .toString(36)
      .slice(0, 6)}`;
    if (taken.has(name)) continue;
    key.pseudonyms.set(student, name);
    return name;
  }
}

/** Whose pseudonym it is; the name itself where it is nobody's. */
export function studentOf(key: Key, pseudonym: string): string {
  for (const [student, name] of key.pseudonyms) if (name === pseudonym) return student;
  return pseudonym;
}

export const keyText = ({ secret, pseudonyms }: Key): string =>
  csvText([['student', 'pseudonym'], ['', `secret:${secret}`], ...pseudonyms]);

/** @throws a sentence where the text is no key */
export function readKey(text: string): Key {
  const [header, ...rows] = parseCsv(text);
  const secret = rows.find(([student]) => student === '')?.[1]?.replace(/^secret:/, '');
  if (header?.join() !== 'student,pseudonym' || !secret)
    throw new Error(
      'This is no key of pseudonyms: it begins with "student,pseudonym" and a line with its secret.',
    );
  const pairs = rows.filter(([student]) => student !== '');
  return { secret, pseudonyms: new Map(pairs.map(([student, name]) => [unquoted(student!), name!])) };
}

/** A notebook without the metadata that name its author. What the student wrote is left as it is. */
export function anonymised(notebook: Notebook): Notebook {
  const { kernelspec, language_info, convbook } = notebook.metadata;
  const cells = notebook.cells.map((cell) => {
    const { nbgrader, convbook, tags } = cell.metadata;
    return {
      ...cell,
      metadata: Object.fromEntries(
        Object.entries({ nbgrader, convbook, tags }).filter(([, value]) => value !== undefined),
      ),
    };
  });
  return { ...notebook, cells, metadata: { kernelspec, language_info, ...(convbook ? { convbook } : {}) } };
}

/** Whether a part of a student's own name stands in what they wrote, as a word of its own. */
export function namesItself(notebook: Notebook, student: string): boolean {
  const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  // Also in names that are written together: adaLovelace.
  const apart = (text: string) => text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
  const texts = [
    ...notebook.cells.map(({ source }) => joined(source)),
    ...outputs.map(
      (output) =>
        joined(output.text ?? output.evalue) + JSON.stringify(output.data ?? '').replace(/\\n/g, ' '),
    ),
  ];
  const found = new Set(texts.flatMap((text) => [...words(text), ...words(apart(text))]));
  return words(student.replace(/@.*/, '')).some((part) => part.length > 2 && found.has(part));
}
