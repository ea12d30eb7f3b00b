// A top-level `let` of a script hides a global of the same name from everybody in the process, packages and Node's own
// modules included: `const performance = …` in a cell would break whoever measures time. Such names are kept under
// another one; the cell never sees it.
import type ts from 'typescript';

export const hiddenSuffix = '$cell';

/** Names that the cells so far keep under another name. */
export type Hidden = Set<string>;

const globals = new Set(
  [...Object.getOwnPropertyNames(globalThis), 'require', '__dirname', 'module', 'exports'].filter(
    (name) => !['undefined', 'NaN', 'Infinity'].includes(name),
  ),
);

/** The last transformer, on JavaScript whose top-level names are all `let` or `class`. */
export function hideGlobals(api: typeof ts, hidden: Hidden): ts.TransformerFactory<ts.SourceFile> {
  const f = api.factory;
  return (context) => (file) => {
    for (const name of topLevelNames(api, file)) if (globals.has(name)) hidden.add(name);
    if (hidden.size === 0) return file;
    return f.updateSourceFile(
      file,
      file.statements.map((each) => api.visitNode(each, visit, api.isStatement)!),
    );

    function renamed(node: ts.Identifier): ts.Identifier {
      const made = f.createIdentifier(node.text + hiddenSuffix);
      return api.setTextRange(api.setOriginalNode(made, node), node);
    }

    function isHidden(node: ts.Node | undefined): node is ts.Identifier {
      return node !== undefined && api.isIdentifier(node) && hidden.has(node.text);
    }

    function expression(node: ts.Expression): ts.Expression {
      return api.visitNode(node, visit, api.isExpression)!;
    }

    /** Every reference and binding of a hidden name is renamed, inner ones too: that changes nothing for them. */
    function visit(node: ts.Node): ts.Node {
      if (isHidden(node)) return renamed(node);
      if (api.isPropertyAccessExpression(node)) {
        return f.updatePropertyAccessExpression(node, expression(node.expression), node.name);
      }
      if (api.isShorthandPropertyAssignment(node) && isHidden(node.name)) {
        const { objectAssignmentInitializer: initial } = node;
        const value = initial
          ? f.createAssignment(renamed(node.name), expression(initial))
          : renamed(node.name);
        return f.createPropertyAssignment(node.name.text, value);
      }
      if (api.isPropertyAssignment(node) && !api.isComputedPropertyName(node.name)) {
        return f.updatePropertyAssignment(node, node.name, expression(node.initializer));
      }
      if (api.isObjectBindingPattern(node)) {
        return f.updateObjectBindingPattern(node, node.elements.map(visitElement));
      }
      if (api.isLabeledStatement(node)) {
        return f.updateLabeledStatement(
          node,
          node.label,
          api.visitNode(node.statement, visit, api.isStatement)!,
        );
      }
      if (api.isBreakOrContinueStatement(node) || api.isMetaProperty(node)) return node;
      if (api.isClassDeclaration(node) && isHidden(node.name)) return classAsVariable(node, node.name);
      if (
        api.isVariableDeclaration(node) &&
        isHidden(node.name) &&
        node.initializer &&
        isAnonymous(node.initializer)
      ) {
        const value = keepName(node.name.text, expression(node.initializer));
        return f.updateVariableDeclaration(node, renamed(node.name), undefined, undefined, value);
      }
      if (isMember(node) && api.isIdentifier(node.name)) return visitMember(node);
      return api.visitEachChild(node, visit, context);
    }

    /** `{ fetch }` becomes `{ fetch: fetch$cell }`. */
    function visitElement(element: ts.BindingElement): ts.BindingElement {
      const { dotDotDotToken: rest, propertyName: key, name, initializer } = element;
      const own =
        key && api.isComputedPropertyName(key) ? api.visitNode(key, visit, api.isPropertyName) : key;
      const implied = isHidden(name) && !rest ? f.createIdentifier(name.text) : undefined;
      const target = api.visitNode(name, visit, api.isBindingName)!;
      return f.updateBindingElement(
        element,
        rest,
        own ?? implied,
        target,
        initializer && expression(initializer),
      );
    }

    function isMember(
      node: ts.Node,
    ): node is ts.MethodDeclaration | ts.PropertyDeclaration | ts.AccessorDeclaration {
      return api.isMethodDeclaration(node) || api.isPropertyDeclaration(node) || api.isAccessor(node);
    }

    /** The member keeps its name; all else in it is visited. */
    function visitMember(
      node: ts.MethodDeclaration | ts.PropertyDeclaration | ts.AccessorDeclaration,
    ): ts.Node {
      const { name } = node;
      return api.visitEachChild(node, (child) => (child === name ? child : visit(child)), context);
    }

    function isAnonymous(node: ts.Expression): boolean {
      return (api.isFunctionExpression(node) || api.isClassExpression(node)) && !node.name
        ? true
        : api.isArrowFunction(node);
    }

    /** `{ "fetch": function () {} }["fetch"]`: a function is named after what it is assigned to. */
    function keepName(name: string, value: ts.Expression): ts.Expression {
      const holder = f.createObjectLiteralExpression([
        f.createPropertyAssignment(f.createStringLiteral(name), value),
      ]);
      return f.createElementAccessExpression(
        f.createParenthesizedExpression(holder),
        f.createStringLiteral(name),
      );
    }

    function classAsVariable(node: ts.ClassDeclaration, name: ts.Identifier): ts.Node {
      const inner = api.visitEachChild(node, (child) => (child === name ? child : visit(child)), context);
      const value = f.createClassExpression(
        undefined,
        f.createIdentifier(name.text),
        undefined,
        inner.heritageClauses,
        inner.members,
      );
      const declaration = f.createVariableDeclaration(renamed(name), undefined, undefined, value);
      const list = f.createVariableDeclarationList([declaration], api.NodeFlags.Let);
      return api.setTextRange(f.createVariableStatement(undefined, list), node);
    }
  };
}

function topLevelNames(api: typeof ts, file: ts.SourceFile): string[] {
  const names: string[] = [];
  const add = (name: ts.BindingName): void => {
    if (api.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (!api.isOmittedExpression(element)) add(element.name);
  };
  for (const statement of file.statements) {
    if (api.isVariableStatement(statement))
      for (const each of statement.declarationList.declarations) add(each.name);
    else if (api.isClassDeclaration(statement) && statement.name) add(statement.name);
  }
  return names;
}
