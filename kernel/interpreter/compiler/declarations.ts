// The second transformer, on the JavaScript that TypeScript made. A later cell may declare a name in another way than an
// earlier one, which V8 allows for `let` after `let` only: `var`, `function`, `class` and `const` at the top of a cell
// all become `let`. (constants.ts keeps constants constant.)
import type ts from 'typescript';

export function declareAfter(api: typeof ts, cell: number): ts.TransformerFactory<ts.SourceFile> {
  const f = api.factory;
  return (context) => (file) => {
    const declared = new Set<string>();
    const hoisted: ts.Statement[] = [];
    const functions: ts.Statement[] = [];
    const body: ts.Statement[] = [];

    const declare = (name: string) => {
      if (declared.has(name)) return;
      declared.add(name);
      hoisted.push(letStatement(f.createIdentifier(name), undefined));
    };

    for (const statement of file.statements) {
      if (api.isExportDeclaration(statement)) continue; // the `export {}` of an empty module
      if (api.isFunctionDeclaration(statement) && statement.name) {
        functions.push(functionStatement(statement, statement.name));
        continue;
      }
      const visited = api.visitNode(statement, visitVar, api.isStatement);
      if (visited) body.push(constToLet(visited));
    }
    return f.updateSourceFile(file, [...hoisted, ...functions, ...body, endStatement()]);

    function letStatement(name: ts.BindingName, value: ts.Expression | undefined): ts.Statement {
      const declaration = f.createVariableDeclaration(name, undefined, undefined, value);
      return f.createVariableStatement(
        undefined,
        f.createVariableDeclarationList([declaration], api.NodeFlags.Let),
      );
    }

    function constToLet(statement: ts.Statement): ts.Statement {
      if (!api.isVariableStatement(statement)) return statement;
      const { declarationList: list } = statement;
      if ((list.flags & api.NodeFlags.BlockScoped) !== api.NodeFlags.Const) return statement;
      const made = f.createVariableDeclarationList(list.declarations, api.NodeFlags.Let);
      return f.updateVariableStatement(statement, undefined, api.setTextRange(made, list));
    }

    function endStatement(): ts.Statement {
      const end = f.createPropertyAccessExpression(f.createIdentifier('__convbook'), 'end');
      return f.createExpressionStatement(
        f.createCallExpression(end, undefined, [f.createNumericLiteral(cell)]),
      );
    }

    function functionStatement(node: ts.FunctionDeclaration, name: ts.Identifier): ts.Statement {
      // Anonymous: it gets its name from the variable, and calls to itself follow a redefinition.
      const value = f.createFunctionExpression(
        api.getModifiers(node),
        node.asteriskToken,
        undefined,
        node.typeParameters,
        node.parameters,
        node.type,
        node.body!,
      );
      api.setOriginalNode(value, node);
      api.setTextRange(value, node);
      if (declared.has(name.text)) {
        const assignment = f.createAssignment(f.createIdentifier(name.text), value);
        return api.setTextRange(f.createExpressionStatement(assignment), node);
      }
      declared.add(name.text);
      return api.setTextRange(letStatement(f.createIdentifier(name.text), value), node);
    }

    function isVar(list: ts.VariableDeclarationList): boolean {
      return (list.flags & api.NodeFlags.BlockScoped) === 0;
    }

    /** Declares the names of a `var` list at the top and gives its assignments as one expression. */
    function assignments(list: ts.VariableDeclarationList): ts.Expression | undefined {
      const parts: ts.Expression[] = [];
      for (const declaration of list.declarations) {
        for (const name of boundNames(api, declaration.name)) declare(name);
        if (!declaration.initializer) continue;
        const value = api.visitNode(declaration.initializer, visitVar, api.isExpression)!;
        const assignment = f.createAssignment(assignmentTarget(declaration.name), value);
        parts.push(api.setTextRange(assignment, declaration));
      }
      return parts.length > 0 ? parts.reduce((left, right) => f.createComma(left, right)) : undefined;
    }

    function assignmentTarget(name: ts.BindingName): ts.Expression {
      if (api.isIdentifier(name)) return f.createIdentifier(name.text);
      const withDefault = (target: ts.Expression, initializer: ts.Expression | undefined) =>
        initializer ? f.createAssignment(target, initializer) : target;
      if (api.isArrayBindingPattern(name)) {
        return f.createArrayLiteralExpression(
          name.elements.map((element) => {
            if (api.isOmittedExpression(element)) return element;
            const target = assignmentTarget(element.name);
            return element.dotDotDotToken
              ? f.createSpreadElement(target)
              : withDefault(target, element.initializer);
          }),
        );
      }
      return f.createObjectLiteralExpression(
        name.elements.map((element) => {
          const target = assignmentTarget(element.name);
          if (element.dotDotDotToken) return f.createSpreadAssignment(target);
          if (element.propertyName || !api.isIdentifier(element.name)) {
            const key = element.propertyName ?? (element.name as unknown as ts.PropertyName);
            return f.createPropertyAssignment(key, withDefault(target, element.initializer));
          }
          return f.createShorthandPropertyAssignment(element.name.text, element.initializer);
        }),
      );
    }

    function visitVar(node: ts.Node): ts.Node | undefined {
      if (api.isFunctionLike(node) || api.isClassLike(node)) return node;
      if (api.isVariableStatement(node) && isVar(node.declarationList)) {
        const only = node.declarationList.declarations;
        // `let a = function …` must keep its form, for the function's name; so must a first plain declaration.
        if (node.parent === file && only.length === 1 && api.isIdentifier(only[0]!.name)) {
          const name = only[0]!.name.text;
          if (!declared.has(name)) {
            declared.add(name);
            return api.setTextRange(letStatement(f.createIdentifier(name), only[0]!.initializer), node);
          }
        }
        const value = assignments(node.declarationList);
        const statement = value
          ? f.createExpressionStatement(
              api.isObjectLiteralExpression(value) ? f.createParenthesizedExpression(value) : value,
            )
          : f.createEmptyStatement();
        return api.setTextRange(statement, node);
      }
      if (api.isForStatement(node) && node.initializer && isVarList(node.initializer)) {
        const first = assignments(node.initializer);
        const body = api.visitNode(node.statement, visitVar, api.isStatement)!;
        return f.updateForStatement(node, first, node.condition, node.incrementor, body);
      }
      if ((api.isForOfStatement(node) || api.isForInStatement(node)) && isVarList(node.initializer)) {
        const name = node.initializer.declarations[0]!.name;
        for (const bound of boundNames(api, name)) declare(bound);
        const body = api.visitNode(node.statement, visitVar, api.isStatement)!;
        const target = assignmentTarget(name);
        return api.isForOfStatement(node)
          ? f.updateForOfStatement(node, node.awaitModifier, target, node.expression, body)
          : f.updateForInStatement(node, target, node.expression, body);
      }
      return api.visitEachChild(node, visitVar, context);
    }

    function isVarList(node: ts.ForInitializer): node is ts.VariableDeclarationList {
      return api.isVariableDeclarationList(node) && isVar(node);
    }
  };
}

/** The names that a binding pattern makes. */
export function boundNames(api: typeof ts, name: ts.BindingName): string[] {
  if (api.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    api.isOmittedExpression(element) ? [] : boundNames(api, element.name),
  );
}
