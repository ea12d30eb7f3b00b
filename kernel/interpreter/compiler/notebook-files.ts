// Each cell that ran is a virtual module beside the notebook's files. Names travel by imports that are appended behind
// the cell's text, so that positions in it stay what they are; a redeclaration simply wins from the next cell on.
import { join } from 'node:path';
import type ts from 'typescript';
import { boundNames } from './declarations.ts';

export type NameKind =
  | 'const'
  | 'let'
  | 'function'
  | 'class'
  | 'enum'
  | 'module'
  | 'interface'
  | 'type'
  | 'alias';

interface Declared {
  kind: NameKind;
  exported: boolean;
}

export interface VirtualFile {
  text: string;
  /** Length of the user's part. */
  ownLength: number;
}

const cellPrefix = 'convbook-cell:';

export class NotebookFiles {
  private readonly api: typeof ts;
  private readonly folder: string;
  private readonly cells = new Map<string, VirtualFile>();
  /** Where each name was declared last. */
  readonly names = new Map<string, { cell: number; kind: NameKind }>();

  constructor(api: typeof ts, folder: string) {
    this.api = api;
    this.folder = folder;
  }

  cellPath(cell: number | string): string {
    return join(this.folder, `__convbook_cell_${cell}__.ts`);
  }

  file(path: string): VirtualFile | undefined {
    return this.cells.get(path);
  }

  /** The virtual file that a specifier of an appended import means. */
  resolve(specifier: string): string | undefined {
    return specifier.startsWith(cellPrefix) ? this.cellPath(specifier.slice(cellPrefix.length)) : undefined;
  }

  commit(cell: number, code: string): void {
    const { file, declared } = this.build(code);
    this.cells.set(this.cellPath(cell), file);
    for (const [name, { kind }] of declared) this.names.set(name, { cell, kind });
  }

  forgetAll(): void {
    this.cells.clear();
    this.names.clear();
  }

  /**
   * The cell's text with the names of earlier cells that it uses, and its own names exported. With `imported`, also those
   * that were imported: completion tells what they are.
   */
  build(code: string, imported = false): { file: VirtualFile; declared: Map<string, Declared> } {
    const source = this.api.createSourceFile('cell.ts', code, this.api.ScriptTarget.ES2022, false);
    const declared = this.declaredNames(source);
    const carried: string[] = [];
    const wanted = this.usedNames(source);
    if (imported) for (const [name, { kind }] of this.names) if (kind === 'alias') wanted.add(name);
    for (const name of wanted) {
      const known = this.names.get(name);
      if (!known || declared.has(name)) continue;
      const from = `${cellPrefix}${known.cell}`;
      // An import can't be assigned to; a `let` of an earlier cell can.
      carried.push(
        known.kind === 'let'
          ? `declare let ${name}: typeof import("${from}").${name};`
          : `import { ${name} } from "${from}";`,
      );
    }
    const own = [...declared].filter(([, { exported }]) => !exported).map(([name]) => name);
    const text = `${code}\n;export { ${own.join(', ')} };\n${carried.join('\n')}\n`;
    return { file: { text, ownLength: code.length }, declared };
  }

  private usedNames(source: ts.SourceFile): Set<string> {
    const names = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (this.api.isIdentifier(node)) names.add(node.text);
      this.api.forEachChild(node, visit);
    };
    visit(source);
    return names;
  }

  private declaredNames(source: ts.SourceFile): Map<string, Declared> {
    const { api } = this;
    const declared = new Map<string, Declared>();
    for (const statement of source.statements) {
      const exported =
        api.canHaveModifiers(statement) &&
        (api.getModifiers(statement)?.some((m) => m.kind === api.SyntaxKind.ExportKeyword) ?? false);
      const add = (name: ts.Identifier | undefined, kind: NameKind) => {
        if (name && name.text !== '') declared.set(name.text, { kind, exported });
      };
      if (api.isVariableStatement(statement)) {
        const list = statement.declarationList;
        const isConst = (list.flags & api.NodeFlags.Const) !== 0;
        for (const each of list.declarations) {
          for (const name of boundNames(api, each.name)) {
            if (name !== '') declared.set(name, { kind: isConst ? 'const' : 'let', exported });
          }
        }
      } else if (api.isFunctionDeclaration(statement)) add(statement.name, 'function');
      else if (api.isClassDeclaration(statement)) add(statement.name, 'class');
      else if (api.isEnumDeclaration(statement)) add(statement.name, 'enum');
      else if (api.isInterfaceDeclaration(statement)) add(statement.name, 'interface');
      else if (api.isTypeAliasDeclaration(statement)) add(statement.name, 'type');
      else if (api.isModuleDeclaration(statement) && api.isIdentifier(statement.name))
        add(statement.name, 'module');
      else if (api.isImportEqualsDeclaration(statement)) add(statement.name, 'alias');
      else if (api.isImportDeclaration(statement) && statement.importClause) {
        const { name, namedBindings } = statement.importClause;
        add(name, 'alias');
        if (namedBindings && api.isNamespaceImport(namedBindings)) add(namedBindings.name, 'alias');
        else if (namedBindings) for (const element of namedBindings.elements) add(element.name, 'alias');
      }
    }
    return declared;
  }
}
