// One cell to one script: TypeScript's transpiler with two transformers of ours. The script is evaluated in V8's REPL
// mode by the runner, where `__convbook` is the runner's half (runner/cells.ts).
import type { SourceMapPayload } from 'node:module';
import type ts from 'typescript';
import type { Constants } from './constants.ts';
import { declareAfter } from './declarations.ts';
import { emitModule } from './emit.ts';
import { type Hidden, hideGlobals } from './shadowing.ts';
import { prepareBefore } from './statements.ts';

export interface CompiledCell {
  /** The script without its first line, which the caller writes. */
  code: string;
  /** The `mappings` of the source map from `code` to the cell. */
  mappings: string;
  diagnostics: CellDiagnostic[];
  /** Nothing in it can have a type error: literals, their arithmetic, `console.log` of them. */
  plain: boolean;
}

export interface CellDiagnostic {
  message: string;
  /** 0-based, UTF-16. */
  line: number;
  column: number;
  length: number;
  code: number;
  start: number;
}

export interface TranspileOptions {
  /** The number that the script names in its calls of the runner. */
  cell: number;
  captureResult: boolean;
  constants: Constants;
  hidden: Hidden;
}

/** How cells are compiled: statements as they stand, imports included, with a source map. */
export const cellCompilerOptions = (api: typeof ts): ts.CompilerOptions => ({
  target: api.ScriptTarget.ES2022,
  module: api.ModuleKind.ESNext,
  moduleDetection: api.ModuleDetectionKind.Force,
  verbatimModuleSyntax: true,
  sourceMap: true,
  removeComments: false,
});

export function transpileCell(api: typeof ts, source: string, options: TranspileOptions): CompiledCell {
  const output = emitModule(api, source, {
    compilerOptions: cellCompilerOptions(api),
    transformers: {
      before: [prepareBefore(api, options.cell, options.captureResult, options.constants)],
      after: [declareAfter(api, options.cell), hideGlobals(api, options.hidden)],
    },
  });
  const map = JSON.parse(output.sourceMapText || '{"mappings":""}') as SourceMapPayload;
  return {
    // A `#!` line may only be a file's first, and the script's first line is the caller's.
    code: output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '').replace(/^#!/, '//'),
    mappings: map.mappings,
    plain: isPlain(api, source),
    diagnostics: output.diagnostics
      .filter((d) => d.category === api.DiagnosticCategory.Error && d.start !== undefined)
      .map((d) => toCellDiagnostic(api, d, source)),
  };
}

/** An expression without its types, with the names that cells keep under another name. */
export function transpileExpression(api: typeof ts, code: string, hidden: Hidden): string {
  const { outputText, diagnostics } = emitModule(api, `(${code}\n)`, {
    compilerOptions: {
      target: api.ScriptTarget.ES2022,
      module: api.ModuleKind.ESNext,
      moduleDetection: api.ModuleDetectionKind.Force,
      sourceMap: true,
    },
    transformers: { after: [hideGlobals(api, new Set(hidden))] },
  });
  // What is no expression, V8 refuses with its own words.
  if (diagnostics.length > 0) return code;
  return outputText
    .replace(/\/\/# sourceMappingURL=.*\s*$/, '')
    .replace(/^export \{\};\s*$/m, '')
    .trim()
    .replace(/;$/, '');
}

export function toCellDiagnostic(api: typeof ts, diagnostic: ts.Diagnostic, source: string): CellDiagnostic {
  const start = Math.min(diagnostic.start ?? 0, source.length);
  const before = source.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    message: api.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    line: before.split('\n').length - 1,
    column: start - lineStart,
    length: diagnostic.length ?? 1,
    code: diagnostic.code,
    start,
  };
}

function isPlain(api: typeof ts, source: string): boolean {
  if (source.length > 300) return false;
  const file = api.createSourceFile('cell.ts', source, api.ScriptTarget.ES2022, false);
  const declared = new Set<string>();
  const plain = (node: ts.Node): boolean => {
    if (api.isIdentifier(node)) return declared.has(node.text);
    if (api.isNumericLiteral(node) || api.isStringLiteral(node)) return true;
    if (api.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const numbers = api.isNumericLiteral(node.left) && api.isNumericLiteral(node.right);
      return kind === api.SyntaxKind.PlusToken
        ? plain(node.left) && plain(node.right)
        : numbers && kind !== api.SyntaxKind.CommaToken;
    }
    if (api.isVariableStatement(node)) {
      return node.declarationList.declarations.every((each) => {
        const { name, type, initializer } = each;
        if (!api.isIdentifier(name) || type || !initializer || !plain(initializer)) return false;
        declared.add(name.text);
        return true;
      });
    }
    if (api.isCallExpression(node))
      return /^console\.\w+$/.test(node.expression.getText(file)) && node.arguments.every(plain);
    if (api.isExpressionStatement(node)) return plain(node.expression);
    return api.isEmptyStatement(node);
  };
  return file.statements.every(plain);
}
