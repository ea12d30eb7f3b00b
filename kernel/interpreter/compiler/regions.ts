// Where a script catches errors: its functions and its `try` blocks, for the debugger (debugger/caught.ts).
import type ts from 'typescript';

/** A function, or a block whose errors its `catch` takes. Lines and columns are 0-based. */
export interface Region {
  kind: 'function' | 'try';
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** The regions of a script, each before those inside it. */
export function catchRegions(api: typeof ts, code: string): Region[] {
  const file = api.createSourceFile('script.js', code, api.ScriptTarget.ESNext, false);
  const regions: Region[] = [];
  const add = (kind: Region['kind'], node: ts.Node) =>
    regions.push({
      kind,
      start: file.getLineAndCharacterOfPosition(node.getStart(file)),
      end: file.getLineAndCharacterOfPosition(node.getEnd()),
    });
  const visit = (node: ts.Node): void => {
    if (api.isTryStatement(node) && node.catchClause) add('try', node.tryBlock);
    else if (api.isFunctionLike(node) || api.isClassStaticBlockDeclaration(node)) add('function', node);
    api.forEachChild(node, visit);
  };
  visit(file);
  return regions;
}
