// What stays of a published file although nothing of it is used. A package is one file, so "sideEffects": false no longer lets bundlers leave out the
// part that a user does not need: each of its statements must show by itself that it does nothing but make a value.
import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import ts from "typescript";

function namesOf(statement: ts.Statement): string[] {
  const names: string[] = [];
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
  else if ((ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) && statement.name) add(statement.name);
  else if (ts.isImportDeclaration(statement) && statement.importClause?.namedBindings) {
    const bindings = statement.importClause.namedBindings;
    for (const { name } of ts.isNamespaceImport(bindings) ? [bindings] : bindings.elements) add(name);
  }
  return names;
}

/** Whether code only computes with numbers. A few bytes of it stay in bundles that are not minified; minifiers do most of it beforehand. */
function isArithmetic(code: string): boolean {
  const isPlain = (node: ts.Node): boolean =>
    ts.isNumericLiteral(node) ||
    ts.isBigIntLiteral(node) ||
    ts.isIdentifier(node) ||
    (ts.isPropertyAccessExpression(node) && node.expression.getText() === "Math") ||
    ((ts.isBinaryExpression(node) || ts.isParenthesizedExpression(node) || ts.isPrefixUnaryExpression(node)) &&
      node.getChildren().every((child) => isOperator(child.kind) || isPlain(child)));
  return ts.createSourceFile("kept.js", code, ts.ScriptTarget.Latest, true).statements.every((statement) => {
    if (ts.isExpressionStatement(statement)) return isPlain(statement.expression);
    if (!ts.isVariableStatement(statement)) return false;
    return statement.declarationList.declarations.every(
      ({ name, initializer }) => ts.isIdentifier(name) && (!initializer || isPlain(initializer)),
    );
  });
}

const OPERATORS = [ts.SyntaxKind.PlusToken, ts.SyntaxKind.MinusToken, ts.SyntaxKind.AsteriskToken, ts.SyntaxKind.SlashToken];
const isOperator = (kind: ts.SyntaxKind): boolean =>
  [...OPERATORS, ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.LessThanLessThanToken].includes(kind) ||
  kind === ts.SyntaxKind.OpenParenToken ||
  kind === ts.SyntaxKind.CloseParenToken;

/** Statements of a file that a bundler must keep, each as a finding with its place in the source, if the file has a map. */
export async function impureStatements(path: string): Promise<string[]> {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const all = file.statements.flatMap(namesOf);
  const findings = await Promise.all(
    file.statements.map(async (statement) => {
      if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
      // Alone, with everything else of the file as imports: those are known to exist, and nothing is known of their values.
      const own = namesOf(statement);
      const others = all.filter((name) => !own.includes(name));
      const { code } = await transform(`import { ${others.join(", ")} } from "others";\n${statement.getText(file)}`, {
        format: "esm",
        treeShaking: true,
      });
      if (isArithmetic(code.replace(/^import [^;]*;/, ""))) return [];
      const text = statement.getText(file).replace(/\s+/g, " ");
      return `${placeOf(path, file, statement)}: a bundle keeps "${text.length > 80 ? `${text.slice(0, 80)}…` : text}" where nothing of it is used; expected a value that is plainly only made: write /* @__PURE__ */ before a call, /* @__NO_SIDE_EFFECTS__ */ before the function that is called, or compute it where it is needed.`;
    }),
  );
  return findings.flat();
}

function placeOf(path: string, file: ts.SourceFile, statement: ts.Statement): string {
  const { line, character } = file.getLineAndCharacterOfPosition(statement.getStart(file));
  const map = `${path}.map`;
  if (!existsSync(map)) return `${path}:${line + 1}`;
  const entry = new SourceMap(JSON.parse(readFileSync(map, "utf8")) as SourceMapPayload).findEntry(line, character);
  return "originalSource" in entry ? `${join(dirname(path), entry.originalSource)}:${entry.originalLine + 1}` : `${path}:${line + 1}`;
}
