// The first transformer, on TypeScript's tree: imports become awaited calls of the runner, `export` goes, the last
// expression is handed to the runner, and top-level `await` can be interrupted.
import type ts from 'typescript';
import { assignedName, type Constants, constantsOf } from './constants.ts';

const host = '__convbook';

export function prepareBefore(
  api: typeof ts,
  cell: number,
  captureResult: boolean,
  constants: Constants,
): ts.TransformerFactory<ts.SourceFile> {
  const f = api.factory;
  const call = (name: string, args: ts.Expression[]) =>
    f.createCallExpression(f.createPropertyAccessExpression(f.createIdentifier(host), name), undefined, args);
  const callFor = (name: string, value: ts.Expression) => call(name, [f.createNumericLiteral(cell), value]);

  return (context) => (file) => {
    const imports: ts.Statement[] = [];
    const rest: ts.Statement[] = [];
    const resultAt = captureResult ? lastExpression(api, file) : -1;
    const used = valueNames(api, file);
    const fixed = constantsOf(api, file, constants);

    file.statements.forEach((statement, index) => {
      if (api.isImportDeclaration(statement)) {
        const made = importStatement(statement);
        if (made) imports.push(made);
      } else if (api.isImportEqualsDeclaration(statement)) {
        rest.push(importEquals(statement));
      } else if (api.isExportDeclaration(statement)) {
        // `export { a }` says nothing here; `export … from` only loads the module.
        if (statement.moduleSpecifier && !statement.isTypeOnly) {
          imports.push(place(f.createExpressionStatement(load(statement.moduleSpecifier, [])), statement));
        }
      } else if (api.isExportAssignment(statement)) {
        const made = place(f.createExpressionStatement(statement.expression), statement);
        rest.push(index === resultAt ? result(made) : made);
      } else if (index === resultAt) {
        rest.push(result(statement as ts.ExpressionStatement));
      } else {
        rest.push(withoutExport(statement));
      }
    });

    const topLevel = (node: ts.Node): ts.Node => {
      if (api.isAwaitExpression(node)) {
        const value = api.visitNode(node.expression, topLevel, api.isExpression)!;
        return f.updateAwaitExpression(node, api.setTextRange(callFor('wait', value), node.expression));
      }
      return common(node, startsScope(api, node) ? inner : topLevel);
    };
    const inner = (node: ts.Node): ts.Node => common(node, inner);
    const common = (node: ts.Node, visitor: ts.Visitor): ts.Node => {
      if (api.isCallExpression(node) && node.expression.kind === api.SyntaxKind.ImportKeyword) {
        const args = node.arguments.map((arg) => api.visitNode(arg, visitor, api.isExpression)!);
        return api.setTextRange(call('import', args), node);
      }
      if (api.isMetaProperty(node) && node.keywordToken === api.SyntaxKind.ImportKeyword) {
        return api.setTextRange(f.createPropertyAccessExpression(f.createIdentifier(host), 'meta'), node);
      }
      const assigned = assignedName(api, node);
      if (assigned !== undefined && fixed.has(assigned)) {
        const value = api.isBinaryExpression(node)
          ? api.visitNode(node.right, visitor, api.isExpression)!
          : f.createVoidZero();
        return api.setTextRange(call('constant', [f.createStringLiteral(assigned), value]), node);
      }
      return api.visitEachChild(node, visitor, context);
    };
    const body = rest.map((statement) => api.visitNode(statement, topLevel, api.isStatement)!);
    return f.updateSourceFile(file, [...imports, ...body]);

    function place<T extends ts.Node>(made: T, original: ts.Node): T {
      return api.setTextRange(api.setOriginalNode(made, original), original);
    }

    function result(statement: ts.ExpressionStatement): ts.Statement {
      const value = api.setTextRange(callFor('result', statement.expression), statement.expression);
      return place(f.createExpressionStatement(value), statement);
    }

    /** `await __convbook.import('x', ['names', 'that must exist'])` */
    function load(specifier: ts.Expression, names: string[]): ts.AwaitExpression {
      const list = f.createArrayLiteralExpression(names.map((name) => f.createStringLiteral(name)));
      const made = call('import', [specifier, f.createVoidZero(), list]);
      return f.createAwaitExpression(api.setTextRange(callFor('wait', made), specifier));
    }

    function importStatement(statement: ts.ImportDeclaration): ts.Statement | undefined {
      const clause = statement.importClause;
      if (!clause) return place(f.createExpressionStatement(load(statement.moduleSpecifier, [])), statement);
      if (clause.phaseModifier === api.SyntaxKind.TypeKeyword) return undefined;
      const elements: ts.BindingElement[] = [];
      const needed: string[] = [];
      const bind = (imported: string, local: ts.Identifier) => {
        if (used.has(local.text)) needed.push(imported);
        const key = imported === local.text ? undefined : f.createStringLiteral(imported);
        elements.push(f.createBindingElement(undefined, key, local));
      };
      if (clause.name) bind('default', clause.name);
      let whole: ts.Identifier | undefined;
      if (clause.namedBindings && api.isNamespaceImport(clause.namedBindings)) {
        whole = clause.namedBindings.name;
      } else if (clause.namedBindings) {
        for (const element of clause.namedBindings.elements) {
          if (!element.isTypeOnly) bind((element.propertyName ?? element.name).text, element.name);
        }
        // `import { type A } from 'x'` is as good as `import type`.
        if (elements.length === 0 && clause.namedBindings.elements.length > 0) return undefined;
      }
      const value = load(statement.moduleSpecifier, needed);
      // `import {} from 'x'` only loads the module.
      if (!whole && elements.length === 0) return place(f.createExpressionStatement(value), statement);
      const declarations: ts.VariableDeclaration[] = [];
      if (whole) declarations.push(f.createVariableDeclaration(whole, undefined, undefined, value));
      if (elements.length > 0) {
        const from = whole ? f.createIdentifier(whole.text) : value;
        declarations.push(
          f.createVariableDeclaration(f.createObjectBindingPattern(elements), undefined, undefined, from),
        );
      }
      const list = f.createVariableDeclarationList(declarations, api.NodeFlags.Const);
      return place(f.createVariableStatement(undefined, list), statement);
    }

    /** `import fs = require('fs')` and `import a = b.c`. */
    function importEquals(statement: ts.ImportEqualsDeclaration): ts.Statement {
      if (statement.isTypeOnly) return f.createEmptyStatement();
      const reference = statement.moduleReference;
      const value = api.isExternalModuleReference(reference)
        ? f.createCallExpression(f.createIdentifier('require'), undefined, [reference.expression])
        : entityExpression(reference);
      const declaration = f.createVariableDeclaration(statement.name, undefined, undefined, value);
      const list = f.createVariableDeclarationList([declaration], api.NodeFlags.Const);
      return place(f.createVariableStatement(undefined, list), statement);
    }

    function entityExpression(name: ts.EntityName): ts.Expression {
      return api.isIdentifier(name)
        ? f.createIdentifier(name.text)
        : f.createPropertyAccessExpression(entityExpression(name.left), name.right.text);
    }

    function withoutExport(statement: ts.Statement): ts.Statement {
      if (!api.canHaveModifiers(statement)) return statement;
      const modifiers = api.getModifiers(statement);
      const isExport = (m: ts.ModifierLike) =>
        m.kind === api.SyntaxKind.ExportKeyword || m.kind === api.SyntaxKind.DefaultKeyword;
      if (!modifiers?.some(isExport)) return statement;
      const kept = statement.modifiers!.filter((m) => !isExport(m));
      if (api.isFunctionDeclaration(statement)) {
        const { asteriskToken, name, typeParameters, parameters, type, body } = statement;
        const flags = kept as ts.Modifier[];
        return name
          ? f.updateFunctionDeclaration(
              statement,
              flags,
              asteriskToken,
              name,
              typeParameters,
              parameters,
              type,
              body,
            )
          : place(
              f.createExpressionStatement(
                f.createParenthesizedExpression(
                  f.createFunctionExpression(
                    flags,
                    asteriskToken,
                    name,
                    typeParameters,
                    parameters,
                    type,
                    body!,
                  ),
                ),
              ),
              statement,
            );
      }
      if (api.isClassDeclaration(statement)) {
        const { name, typeParameters, heritageClauses, members } = statement;
        return name
          ? f.updateClassDeclaration(statement, kept, name, typeParameters, heritageClauses, members)
          : place(
              f.createExpressionStatement(
                f.createParenthesizedExpression(
                  f.createClassExpression(kept, name, typeParameters, heritageClauses, members),
                ),
              ),
              statement,
            );
      }
      if (api.isVariableStatement(statement)) {
        return f.updateVariableStatement(statement, kept as ts.Modifier[], statement.declarationList);
      }
      if (api.isEnumDeclaration(statement)) {
        return f.updateEnumDeclaration(statement, kept as ts.Modifier[], statement.name, statement.members);
      }
      if (api.isModuleDeclaration(statement)) {
        return f.updateModuleDeclaration(statement, kept as ts.Modifier[], statement.name, statement.body);
      }
      return statement; // types: they vanish
    }
  };
}

/** The index of the statement whose value the cell shows, or -1. */
function lastExpression(api: typeof ts, file: ts.SourceFile): number {
  for (let index = file.statements.length - 1; index >= 0; index--) {
    const statement = file.statements[index]!;
    if (api.isEmptyStatement(statement)) continue;
    if (api.isExportAssignment(statement)) return index;
    const isDirective =
      api.isExpressionStatement(statement) &&
      file.statements.length > 1 &&
      index === 0 &&
      api.isStringLiteral(statement.expression) &&
      statement.expression.text === 'use strict';
    return api.isExpressionStatement(statement) && !isDirective ? index : -1;
  }
  return -1;
}

function startsScope(api: typeof ts, node: ts.Node): boolean {
  return (
    api.isFunctionLike(node) ||
    api.isPropertyDeclaration(node) ||
    api.isClassStaticBlockDeclaration(node) ||
    api.isModuleDeclaration(node)
  );
}

/** Names that stand where a value is meant: an import used only as a type may be missing at run time. */
function valueNames(api: typeof ts, file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (api.isTypeNode(node) && !api.isExpressionWithTypeArguments(node)) return;
    if (api.isImportDeclaration(node) || api.isInterfaceDeclaration(node) || api.isTypeAliasDeclaration(node))
      return;
    if (api.isHeritageClause(node) && node.token === api.SyntaxKind.ImplementsKeyword) return;
    if (api.isIdentifier(node)) names.add(node.text);
    api.forEachChild(node, visit);
  };
  file.statements.forEach(visit);
  return names;
}
