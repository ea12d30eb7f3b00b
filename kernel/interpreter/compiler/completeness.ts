// Is this code ready to run? A console front end asks at each Enter.
import type ts from 'typescript';
import type { Completeness } from '../types.ts';
import { parseCell, syntaxErrors } from './emit.ts';

const indentUnit = '  ';
/** Messages of the parser about an end that came too early, wherever it stands. */
const unterminated = new Set([
  1002, // Unterminated string literal.
  1010, // '*/' expected.
  1160, // Unterminated template literal.
  1161, // Unterminated regular expression literal.
]);

export function completeness(api: typeof ts, code: string): Completeness {
  const problems = syntaxErrors(api, parseCell(api, code));
  if (problems.length === 0) {
    const open =
      /(?:=>|[=+\-*/%&|^?:,.<({[]|\b(?:extends|implements|in|of|instanceof|new|typeof|await|return))\s*$/;
    return open.test(withoutComments(api, code)) && !/(?:\+\+|--|\breturn)\s*$/.test(code)
      ? { status: 'incomplete', indent: nextIndent(api, code) }
      : { status: 'complete', indent: '' };
  }
  const end = code.trimEnd().length;
  const first = problems[0]!;
  const start = first.start ?? 0;
  // `1002` is only open at the end where a string may go on: after a backslash.
  if (first.code === 1002 && !code.endsWith('\\\n') && !code.endsWith('\\'))
    return { status: 'invalid', indent: '' };
  const reachesEnd = start >= end || start + (first.length ?? 0) >= code.length;
  const early = unterminated.has(first.code) ? reachesEnd || first.code !== 1161 : start >= end;
  return early ? { status: 'incomplete', indent: nextIndent(api, code) } : { status: 'invalid', indent: '' };
}

function withoutComments(api: typeof ts, code: string): string {
  const scanner = api.createScanner(api.ScriptTarget.ESNext, true, api.LanguageVariant.Standard, code);
  let end = 0;
  let last = '';
  for (let token = scanner.scan(); token !== api.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    end = scanner.getTokenEnd();
    last = scanner.getTokenText();
  }
  return last.length > 0 ? code.slice(0, end) : '';
}

/** The indentation of the next line: one unit for each bracket that is still open. */
function nextIndent(api: typeof ts, code: string): string {
  const scanner = api.createScanner(api.ScriptTarget.ESNext, true, api.LanguageVariant.Standard, code);
  let depth = 0;
  const { SyntaxKind: kind } = api;
  for (let token = scanner.scan(); token !== kind.EndOfFileToken; token = scanner.scan()) {
    if (token === kind.OpenBraceToken || token === kind.OpenParenToken || token === kind.OpenBracketToken)
      depth++;
    if (token === kind.CloseBraceToken || token === kind.CloseParenToken || token === kind.CloseBracketToken)
      depth--;
  }
  return indentUnit.repeat(Math.max(0, depth));
}
