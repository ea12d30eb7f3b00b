// What every name of a cell is: for places that show code with its types and have no kernel to ask.
import type ts from 'typescript';

export interface Named {
  start: number;
  length: number;
  /** As an editor shows it: `const width: 28`. */
  type: string;
  /** The first paragraph of its documentation. */
  about: string;
}

export function namesIn(api: typeof ts, service: ts.LanguageService, path: string, end: number): Named[] {
  const file = service.getProgram()?.getSourceFile(path);
  const found: Named[] = [];
  const visit = (node: ts.Node): void => {
    if (node.pos >= end) return;
    if (api.isIdentifier(node)) {
      const start = node.getStart(file);
      const info = start < end ? service.getQuickInfoAtPosition(path, start) : undefined;
      const type = info ? api.displayPartsToString(info.displayParts) : '';
      // `any` is what the compiler says of what it does not know.
      if (type !== '' && !/(^|: )any$/.test(type)) {
        const about = api.displayPartsToString(info?.documentation).split(/\n\s*\n/)[0]!;
        found.push({ start, length: node.text.length, type, about: about.replaceAll(/\s+/g, ' ').trim() });
      }
    }
    api.forEachChild(node, visit);
  };
  if (file) visit(file);
  return found;
}
