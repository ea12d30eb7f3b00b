import { joined } from '../notebook.ts';

/** One step of help, folded in the task's text. */
export interface Hint {
  title: string;
  text: string;
}

const STEPS = ['the idea', 'the shape', 'almost the code'] as const;

/** The folded hints of a task, in their order. */
export function hintsIn(markdown: string | string[]): Hint[] {
  return [
    ...joined(markdown).matchAll(/<details>\s*<summary>\s*(Hint[^<]*?)\s*<\/summary>([\s\S]*?)<\/details>/gi),
  ].map(([, title, text]) => ({ title: title!, text: text!.trim() }));
}

/** What is wrong with a task's hints: there are three, the idea, the shape and almost the code, and none is empty. */
export function problemWithHints(markdown: string | string[]): string | undefined {
  const hints = hintsIn(markdown);
  if (hints.length !== STEPS.length) return `it has ${hints.length} hints, and three are due`;
  for (const [i, hint] of hints.entries()) {
    const due = `Hint ${i + 1}: ${STEPS[i]}`;
    if (hint.title !== due) return `its hint ${i + 1} is called "${hint.title}", and "${due}" is due`;
    if (hint.text === '') return `its hint ${i + 1} is empty`;
  }
  return undefined;
}
