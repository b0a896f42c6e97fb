import ts from 'typescript';

/** The full names of the tests in a spec, `describe` included; of a table's tests, what comes before the first `%`, but for one in brackets. */
export function testNames(text: string): string[] {
  const file = ts.createSourceFile('spec.ts', text, ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const visit = (node: ts.Node, prefix: string): void => {
    let inner = prefix;
    if (ts.isCallExpression(node)) {
      const [name] = node.arguments;
      const title = name && (ts.isStringLiteralLike(name) ? name.text : templateEnd(name));
      const called = /^(describe|it)\b/.exec(node.expression.getText(file))?.[1];
      if (title !== undefined && called === 'describe') inner = `${prefix}${title} `;
      if (title !== undefined && called === 'it')
        names.push(
          `${prefix}${title}`
            .replaceAll(/ \(%\w\)/g, '')
            .replace(/:? ?%.*$/, '')
            .trim(),
        );
    }
    // A table of tests by name.
    if (ts.isVariableDeclaration(node) && node.name.getText(file) === 'PROMISES' && node.initializer) {
      const table = node.initializer as ts.ObjectLiteralExpression;
      for (const { name } of table.properties) {
        if (name && ts.isStringLiteralLike(name)) names.push(name.text);
      }
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(file, '');
  return names;
}

/** A title that says on what it runs has no fixed name. */
function templateEnd(node: ts.Node): string | undefined {
  return ts.isTemplateExpression(node) ? '' : undefined;
}
