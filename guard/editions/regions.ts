import { joined } from '../notebook.ts';

// nbgrader's regions in a source notebook, cut as nbgrader's own preprocessors cut them (ClearSolutions, ClearHiddenTests), so
// that an edition made here and a release made by nbgrader are the same text. The stubs are those of nbgrader_config.py.

export const CODE_STUB = "// YOUR CODE HERE\nthrow new Error('Not written yet: your code goes here');";
export const TEXT_STUB = 'YOUR ANSWER HERE';

const marker = (end: 'BEGIN' | 'END', name: string) => new RegExp(`\\b${end} ${name}\\b`);

/**
 * The text with a stub in the place of each solution; a whole text that marks none is a solution.
 *
 * @throws a sentence where a region is not closed, or opened twice
 */
export function withoutSolution(source: string | string[], kind: 'code' | 'markdown' | 'raw'): string {
  const stub = kind === 'code' ? CODE_STUB : TEXT_STUB;
  const text = joined(source);
  return marker('BEGIN', 'SOLUTION').test(text) ? cut(text, 'SOLUTION', stub) : stub;
}

/** @throws a sentence where a region is not closed, or opened twice */
export const withoutHiddenTests = (source: string | string[]): string =>
  cut(joined(source), 'HIDDEN TESTS', '');

/** The text without the markers' own lines: what a solution edition shows. */
export function withoutMarkers(source: string | string[]): string {
  const marked = /\b(BEGIN|END) (SOLUTION|HIDDEN TESTS)\b/;
  return joined(source)
    .split('\n')
    .filter((line) => !marked.test(line))
    .join('\n');
}

/** The lines of all regions of a name. */
export function linesOf(source: string | string[], name: 'SOLUTION' | 'HIDDEN TESTS'): string[] {
  const found: string[] = [];
  walk(joined(source), name, { inside: (line) => found.push(line) });
  return found;
}

function cut(text: string, name: string, instead: string): string {
  const kept: string[] = [];
  walk(text, name, {
    outside: (line) => kept.push(line),
    begin: (line) => {
      const indent = /^\s*/.exec(line)![0];
      if (instead) kept.push(...instead.split('\n').map((one) => indent + one));
    },
  });
  return kept.join('\n');
}

interface Visitor {
  inside?(line: string): void;
  outside?(line: string): void;
  begin?(line: string): void;
}

function walk(text: string, name: string, visit: Visitor): void {
  let open = false;
  for (const line of text.split('\n')) {
    if (marker('BEGIN', name).test(line)) {
      if (open) throw new Error(`A region "${name}" begins inside another: "${line.trim()}".`);
      open = true;
      visit.begin?.(line);
    } else if (marker('END', name).test(line)) {
      if (!open) throw new Error(`A region "${name}" ends that never began: "${line.trim()}".`);
      open = false;
    } else if (open) visit.inside?.(line);
    else visit.outside?.(line);
  }
  if (open) throw new Error(`A region "${name}" has no END.`);
}
