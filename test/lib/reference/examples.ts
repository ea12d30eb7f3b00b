// Finds the @example blocks of a source file, and compares what one prints with the comments beside it.
import { transformSync } from 'esbuild';

export interface Example {
  file: string;
  line: number;
  code: string;
}

/** The code of every `@example` in a file's docstrings; fences around it are left out. */
export function examplesIn(file: string, source: string): Example[] {
  const found: Example[] = [];
  for (const block of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const firstLine = source.slice(0, block.index).split('\n').length;
    const lines = block[0]
      .split('\n')
      .map((text) => text.replace(/^\s*(\/\*\*|\*\/|\* ?)/, '').replace(/\*\/$/, ''));
    lines.forEach((text, i) => {
      if (!/^\s*@example/.test(text)) return;
      const rest = lines.slice(i + 1);
      const end = rest.findIndex((line) => /^\s*@\w/.test(line));
      const code = (end < 0 ? rest : rest.slice(0, end))
        .filter((line) => !/^\s*```/.test(line))
        .join('\n')
        .trim();
      found.push({ file, line: firstLine + i, code });
    });
  }
  return found;
}

/** The example as the body of an async function: types gone; imports come from the names `convbook` and `load`. */
export function runnable(code: string): string {
  const imports = code.replaceAll(
    /^import\s+(type\s+)?(\{[\s\S]*?\}|\* as \w+|\w+)\s+from\s+'([^']+)';?/gm,
    (_, type, names, from) => {
      if (type) return '';
      const bindings = names
        .replaceAll(/\btype \w+,?/g, '')
        .replaceAll(' as ', ': ')
        .replace(/^\*\s*:\s*/, '');
      const value = from === 'convbook' ? 'convbook' : `await load('${from}')`;
      return `const ${bindings} = ${value};`;
    },
  );
  return transformSync(`async function example() {\n${imports}\n}`, { loader: 'ts', target: 'es2022' }).code;
}

/** The comment behind, or on the lines below, each statement that prints; in order. */
export function expectedOutputs(code: string): (string | undefined)[] {
  const lines = code.split('\n');
  return lines.flatMap((line, i) => {
    if (/^\s*\/\//.test(line) || !/console\.log\(|\.print\(\)/.test(line)) return [];
    const beside = line.match(/;\s*\/\/\s*(.*)$/)?.[1];
    if (beside !== undefined) return [beside];
    const below: string[] = [];
    for (const next of lines.slice(i + 1)) {
      const comment = next.match(/^\s*\/\/\s?(.*)$/)?.[1];
      if (comment === undefined) break;
      below.push(comment);
    }
    return [below.length > 0 ? below.join('\n') : undefined];
  });
}

const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|-?Infinity|NaN/gi;
const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** Undefined where the output is what the comment says; else a sentence. Comments without a value promise none. */
export function disagreement(printed: string, comment: string): string | undefined {
  const promise = words(comment);
  if (!/^(-?\d|\[|'|"|\{|true\b|false\b|NaN|Infinity)/.test(promise)) return undefined;
  const came = printed.match(number)?.map(Number) ?? [];
  const due = promise.match(number)?.map(Number) ?? [];
  const close = (a: number, b: number | undefined) =>
    b !== undefined && (Object.is(a, b) || Math.abs(a - b) <= 1e-3 * Math.max(1e-3, Math.abs(a)));
  const text = words(printed).replaceAll(number, '').replaceAll(/[\s,]/g, '');
  const said = promise.replaceAll(number, '').replaceAll(/[\s,]/g, '');
  const isTensor = words(printed).startsWith('Tensor');
  const agrees = came.every((v, i) => close(v, due[i])) && (isTensor || said.startsWith(text));
  return agrees ? undefined : `It printed ${words(printed)} and its comment says ${promise}`;
}
