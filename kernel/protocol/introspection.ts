import type { Interpreter } from '../interpreter/types.ts';
import { integer, text } from './content.ts';
import { toCodePoints, toUtf16 } from './cursor.ts';

type Content = Record<string, unknown>;

function codeAndCursor(content: Content): { code: string; cursor: number } {
  const code = text(content, 'code');
  const position = integer(content, 'cursor_pos', Number.MAX_SAFE_INTEGER);
  return { code, cursor: toUtf16(code, position) };
}

/** Answers a `complete_request`; the kinds of the matches travel as JupyterLab reads them. */
export async function complete(interpreter: Interpreter, content: Content): Promise<object> {
  const { code, cursor } = codeAndCursor(content);
  const { matches, start, end } = await interpreter.complete(code, cursor);
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  return {
    status: 'ok',
    matches: matches.map((match) => match.text),
    cursor_start: from,
    cursor_end: to,
    metadata: {
      _jupyter_types_experimental: matches.map((match) => ({
        text: match.text,
        type: match.kind,
        start: from,
        end: to,
        ...(match.signature === undefined ? {} : { signature: match.signature }),
      })),
    },
  };
}

/** Answers an `inspect_request`. */
export async function inspect(interpreter: Interpreter, content: Content): Promise<object> {
  const { code, cursor } = codeAndCursor(content);
  const detail = integer(content, 'detail_level', 0) === 1 ? 1 : 0;
  const { found, data } = await interpreter.inspect(code, cursor, detail);
  return { status: 'ok', found, data: found ? data : {}, metadata: {} };
}

/** Answers an `is_complete_request`. */
export async function isComplete(interpreter: Interpreter, content: Content): Promise<object> {
  const { status, indent } = await interpreter.isComplete(text(content, 'code'));
  return status === 'incomplete' ? { status, indent } : { status };
}
