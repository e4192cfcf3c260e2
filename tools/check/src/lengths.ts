// Functions that are too long to be read at once: lists the ten longest of packages/*/src and fails above the limit.
//   node tools/check/src/lengths.ts
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { conclude, filesBelow, repositoryRoot, workspaces } from "./workspace.ts";

const LIMIT = 60;

interface Exceptions {
  /** "file.ts function" → why it is one piece. */
  readonly functions: Readonly<Record<string, string>>;
}
export interface Measured {
  readonly name: string;
  readonly lines: number;
}

/** What a function is called: its own name, or that of what it is assigned to. */
function nameOf(node: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  if (
    (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.name !== undefined
  )
    return parent.name.getText();
  return "(anonymous)";
}

/** Every function of a source text with its number of lines, nested ones too. */
export function lengthsOf(file: string, text: string): Measured[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Measured[] = [];
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined)
      found.push({ name: nameOf(node), lines: lineOf(node.getEnd()) - lineOf(node.getStart()) + 1 });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

if (import.meta.main) {
  const { functions } = JSON.parse(readFileSync(join(repositoryRoot, "tools/config/lengths.json"), "utf8")) as Exceptions;
  const all = workspaces(repositoryRoot, ["packages"]).flatMap(({ path }) =>
    filesBelow(join(path, "src"), ".ts").flatMap((file) => {
      const short = relative(repositoryRoot, file).replaceAll("\\", "/");
      return lengthsOf(file, readFileSync(file, "utf8")).map(({ name, lines }) => ({ name: `${short} ${name}`, lines }));
    }),
  );
  all.sort((a, b) => b.lines - a.lines);
  for (const { name, lines } of all.slice(0, 10)) console.log(`${String(lines).padStart(4)} lines  ${name}`);
  const long = all.filter(({ lines }) => lines > LIMIT);
  // By the file's own name: files move, kernels stay.
  const findings = long
    .filter(({ name }) => !(name.slice(name.lastIndexOf("/") + 1) in functions))
    .map(({ name, lines }) => `${name}: ${lines} lines, at most ${LIMIT}; name its parts, each a function (CONTRIBUTING.md).`);
  for (const name of Object.keys(functions))
    if (!long.some((other) => other.name.endsWith(`/${name}`)))
      findings.push(`tools/config/lengths.json: ${name} is not longer than ${LIMIT} lines; strike it.`);
  conclude("lengths", findings, `${all.length} functions, the longest ${LIMIT} lines or excepted with a reason`);
}
