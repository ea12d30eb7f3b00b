/** A piece of code that similarity looks at: its form, without names, and where it stands. */
export interface Token {
  /** `v` for names, `n` for numbers, `s` for texts, keywords and signs as they are. */
  form: string;
  /** Line of the text, from 0. */
  line: number;
}

const KEYWORDS = new Set(
  (
    'async await break case catch class const continue default delete do else export extends finally for from function if ' +
    'import in instanceof interface let new null of return static super switch this throw true false try type typeof ' +
    'undefined var void while yield'
  ).split(' '),
);

const PARTS =
  /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(`(?:[^`\\]|\\[\s\S])*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|((?:0[xob][\da-f_]+|\d[\d_]*\.?[\d_]*(?:e[+-]?\d+)?|\.\d+)n?)|([\p{L}_$][\p{L}\p{N}_$]*)|(\n)|(\s+)|(=>|\?\?=?|\?\.|\.\.\.|[-+*/%&|^<>=!]=?=?|&&|\|\||[\s\S])/giu;

/**
 * Code as a list of forms: comments and spaces are left out, names and numbers lose what they say, so that renaming and laying out anew
 * change nothing. Types of TypeScript stay: they are part of how somebody writes.
 */
export function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  let line = 0;
  for (const [whole, comment, text, number, word, newline, space] of code.matchAll(PARTS)) {
    const form = text
      ? 's'
      : number
        ? 'n'
        : word
          ? KEYWORDS.has(word)
            ? word
            : 'v'
          : comment || newline || space
            ? undefined
            : whole;
    if (form !== undefined) tokens.push({ form, line });
    line += whole.split('\n').length - 1;
  }
  return tokens;
}
