import ts from 'typescript';

/** One mention of another module in a source file. */
export interface SourceImport {
  /** As written; `undefined` where it is computed and can't be read from the source. */
  specifier: string | undefined;
  /** 1 for the first line. */
  line: number;
  /** Whether it is an `export *`, with or without a name. */
  star: boolean;
}

/**
 * Everything by which a source file names another module, types included: `import`, `import type`, `export … from`,
 * `import x = require()`, `import()`, `require()`, `import('x').Type`, `declare module 'x'` and reference comments.
 */
export function importsOf(path: string, text: string): SourceImport[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: SourceImport[] = [];
  const add = (at: number, specifier: ts.Node | string | undefined, star = false) =>
    found.push({ specifier: textOf(specifier), line: file.getLineAndCharacterOfPosition(at).line + 1, star });

  for (const reference of [...file.referencedFiles, ...file.typeReferenceDirectives])
    add(reference.pos, reference.fileName);

  const visit = (node: ts.Node): void => {
    const at = node.getStart(file);
    if (ts.isImportDeclaration(node)) add(at, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(at, node.moduleSpecifier, !node.exportClause || ts.isNamespaceExport(node.exportClause));
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(at, node.moduleReference.expression);
    } else if (ts.isImportTypeNode(node)) add(at, node.argument);
    else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) add(at, node.name);
    else if (ts.isCallExpression(node) && loadsModule(node.expression)) add(at, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function loadsModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isPropertyAccessExpression(callee))
    return callee.name.text === 'resolve' && loadsModule(callee.expression);
  if (ts.isMetaProperty(callee)) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

function textOf(specifier: ts.Node | string | undefined): string | undefined {
  if (specifier === undefined || typeof specifier === 'string') return specifier;
  if (ts.isLiteralTypeNode(specifier)) return textOf(specifier.literal);
  return ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}
