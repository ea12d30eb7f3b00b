import { createInterface } from 'node:readline/promises';
import { host } from './show.ts';

/**
 * Asks the reader of the notebook for a line of text and waits for it.
 *
 * @throws where nobody can answer: a notebook that is executed without a reader, a script without a terminal.
 * @example
 * import { input } from 'convbook';
 * const name = await input('Your name: ');
 */
export function input(prompt = ''): Promise<string> {
  const notebook = host();
  if (notebook) return notebook.input(prompt, false);
  return readLine(prompt);
}

/** As `input`, and what is typed is not shown. In a terminal it would be, so that this works in notebooks only. */
export function password(prompt = 'Password: '): Promise<string> {
  const notebook = host();
  if (notebook) return notebook.input(prompt, true);
  return Promise.reject(
    new Error('password() works in a notebook only: a terminal would show what is typed.'),
  );
}

async function readLine(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Error('input() asks the reader of a notebook or a terminal, and there is neither.');
  }
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await reader.question(prompt);
  } finally {
    reader.close();
  }
}
