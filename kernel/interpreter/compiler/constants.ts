// Cells declare everything with `let` (declarations.ts), so what stops `c = 2` after `const c = 1` is here: the
// assignment is compiled to a call that throws what JavaScript throws.
import type ts from 'typescript';
import { boundNames } from './declarations.ts';

/** The names that the cells so far have made constant. */
export type Constants = Set<string>;

/** Brings `constants` up to the cell's declarations, and returns those that the cell may not assign to. */
export function constantsOf(api: typeof ts, file: ts.SourceFile, constants: Constants): Constants {
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (api.isVariableDeclaration(node) || api.isParameter(node) || api.isBindingElement(node)) {
      for (const name of boundNames(api, node.name)) declared.add(name);
    } else if (
      (api.isFunctionLike(node) || api.isClassLike(node) || api.isEnumDeclaration(node)) &&
      node.name
    ) {
      if (api.isIdentifier(node.name)) declared.add(node.name.text);
    }
    api.forEachChild(node, visit);
  };
  visit(file);
  const made = new Map<string, number>();
  for (const statement of file.statements) {
    if (!api.isVariableStatement(statement)) continue;
    const isConst = (statement.declarationList.flags & api.NodeFlags.BlockScoped) === api.NodeFlags.Const;
    for (const declaration of statement.declarationList.declarations) {
      for (const name of boundNames(api, declaration.name))
        if (isConst) made.set(name, (made.get(name) ?? 0) + 1);
    }
  }
  // A name that is declared in an inner scope too might mean that one: left alone.
  const counts = countDeclarations(api, file);
  const fixed = new Set([...constants].filter((name) => !declared.has(name)));
  for (const name of declared) constants.delete(name);
  for (const name of made.keys()) {
    constants.add(name);
    if (counts.get(name) === 1) fixed.add(name);
  }
  return fixed;
}

function countDeclarations(api: typeof ts, file: ts.SourceFile): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    const name = (node as { name?: ts.Node }).name;
    const declares =
      api.isVariableDeclaration(node) ||
      api.isParameter(node) ||
      api.isBindingElement(node) ||
      api.isFunctionLike(node) ||
      api.isClassLike(node) ||
      api.isEnumDeclaration(node) ||
      api.isImportSpecifier(node) ||
      api.isImportClause(node) ||
      api.isNamespaceImport(node);
    if (declares && name && api.isIdentifier(name)) counts.set(name.text, (counts.get(name.text) ?? 0) + 1);
    api.forEachChild(node, visit);
  };
  visit(file);
  return counts;
}

/** The name that an expression assigns to, where it is one plain name. */
export function assignedName(api: typeof ts, node: ts.Node): string | undefined {
  const { SyntaxKind: kind } = api;
  if (api.isBinaryExpression(node) && api.isIdentifier(node.left)) {
    const operator = node.operatorToken.kind;
    return operator >= kind.FirstAssignment && operator <= kind.LastAssignment ? node.left.text : undefined;
  }
  if (
    (api.isPrefixUnaryExpression(node) || api.isPostfixUnaryExpression(node)) &&
    api.isIdentifier(node.operand)
  ) {
    const changes = node.operator === kind.PlusPlusToken || node.operator === kind.MinusMinusToken;
    return changes ? node.operand.text : undefined;
  }
  return undefined;
}
