import { type Cell, joined, type Notebook } from '../guard/notebook.ts';

const STUB = "// YOUR CODE HERE\nthrow new Error('Not written yet: your code goes here');";
const ANSWER = 'YOUR ANSWER HERE';

/** An assignment as students get it: as nbgrader's release (nbgrader_config.py), without solutions, hidden tests and outputs. */
export function releaseEdition(source: Notebook): Notebook {
  const edition = structuredClone(source);
  for (const cell of edition.cells) {
    const nbgrader = (cell.metadata['nbgrader'] ?? {}) as { solution?: boolean; grade?: boolean };
    let text = joined(cell.source);
    if (nbgrader.solution) text = withoutSolution(text, cell.cell_type);
    if (nbgrader.grade && !nbgrader.solution) text = without(text, 'HIDDEN TESTS', '');
    cell.source = text;
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
  }
  return edition;
}

function withoutSolution(text: string, kind: Cell['cell_type']): string {
  const stub = kind === 'code' ? STUB : ANSWER;
  return /BEGIN SOLUTION/.test(text) ? without(text, 'SOLUTION', stub) : stub;
}

/** What lies between the lines with `BEGIN name` and `END name` gives way to other lines, at the first one's indentation. */
function without(text: string, name: string, instead: string): string {
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.includes(`BEGIN ${name}`)) {
      inside = true;
      const indent = /^\s*/.exec(line)![0];
      if (instead) kept.push(...instead.split('\n').map((one) => indent + one));
    } else if (line.includes(`END ${name}`)) inside = false;
    else if (!inside) kept.push(line);
  }
  return kept.join('\n').trimEnd();
}
