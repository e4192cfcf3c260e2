// The arrows of the package map: who may import whom, and Node's own modules only behind a `node` subpath.
//   node tools/check/src/arrows.ts [--root FOLDER]
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { conclude, filesBelow, isNodeSubpath, repositoryRoot, sourceEntries, type Workspace, workspaces } from "./workspace.ts";

interface ArrowsFile {
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly external: Readonly<Record<string, readonly string[]>>;
}
/** `specifier` is undefined for a dynamic import of something computed. */
export interface Import {
  readonly specifier: string | undefined;
  readonly typeOnly: boolean;
  readonly line: number;
}

const help = 'see "What each folder may import" in CONTRIBUTING.md';

const parsed = new Map<string, Import[]>();

/** Every import, export … from, import() and import type of a source text; remembered, so that a second look at an unchanged tree is quick. */
export function importsOf(file: string, text: string): Import[] {
  const key = `${file}\n${text}`;
  const known = parsed.get(key) ?? parseImports(file, text);
  parsed.set(key, known);
  return known;
}

function parseImports(file: string, text: string): Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined, typeOnly, line });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const allTypes =
        clause !== undefined &&
        clause.name === undefined &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.length > 0 &&
        named.elements.every((e) => e.isTypeOnly);
      add(node, node.moduleSpecifier, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const named = node.exportClause;
      const allTypes =
        named !== undefined && ts.isNamedExports(named) && named.elements.length > 0 && named.elements.every((e) => e.isTypeOnly);
      add(node, node.moduleSpecifier, node.isTypeOnly || allTypes);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === "require"))
    ) {
      add(node, node.arguments[0], false);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const nodeGlobals = new Set(["process", "Buffer", "__dirname", "__filename", "setImmediate"]);

/** Uses of Node's globals, by line. `globalThis.process` and `typeof process` ask whether they are there, which works everywhere. */
export function nodeGlobalsOf(file: string, text: string): { readonly name: string; readonly line: number }[] {
  if (![...nodeGlobals].some((name) => text.includes(name))) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: { name: string; line: number }[] = [];
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && nodeGlobals.has(node.text)) {
      const { parent } = node;
      const isName = (ts.isPropertyAccessExpression(parent) && parent.name === node) || ("name" in parent && parent.name === node);
      if (isName && !ts.isPropertyAccessExpression(parent)) declared.add(node.text);
      else if (!isName && !ts.isTypeOfExpression(parent) && !ts.isTypeNode(parent) && !ts.isQualifiedName(parent))
        found.push({ name: node.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter(({ name }) => !declared.has(name));
}

const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

export function checkArrows(root: string): { findings: string[]; files: number } {
  const arrows = JSON.parse(readFileSync(join(root, "tools/config/arrows.json"), "utf8")) as ArrowsFile;
  const findings: string[] = [];
  let files = 0;
  for (const workspace of workspaces(root)) {
    const allowed = arrows.packages[workspace.short];
    if (!allowed) {
      findings.push(
        `${workspace.folder}: tools/config/arrows.json has no entry "${workspace.short}"; add the packages that it may import.`,
      );
      continue;
    }
    const imports = new Map<string, Import[]>();
    for (const file of filesBelow(join(workspace.path, "src"), ".ts")) imports.set(file, importsOf(file, readFileSync(file, "utf8")));
    files += imports.size;
    findings.push(...checkPackage(root, workspace, allowed, arrows.external[workspace.short] ?? [], imports));
  }
  findings.push(...checkTests(root));
  findings.push(...checkNoApps(root));
  return { findings, files };
}

function checkPackage(
  root: string,
  workspace: Workspace,
  allowed: readonly string[],
  external: readonly string[],
  imports: ReadonlyMap<string, readonly Import[]>,
): string[] {
  const findings: string[] = [];
  const declared = { ...workspace.manifest.dependencies, ...workspace.manifest.peerDependencies };
  const used = new Set<string>();
  const nodeFiles = nodeOnlyFiles(workspace, imports);
  const may = allowed.length === 0 ? "nothing" : allowed.map((name) => name.replace(":types", " (types)")).join(", ");
  for (const [file, list] of imports) {
    if (!nodeFiles.has(file))
      for (const { name, line } of nodeGlobalsOf(file, readFileSync(file, "utf8")))
        findings.push(
          `${relative(root, file)}:${line}: uses Node's ${name} outside a ./node subpath; ask for it by globalThis.${name}, or move it, ${help}.`,
        );
    for (const { specifier, typeOnly, line } of list) {
      const where = `${relative(root, file)}:${line}`;
      if (specifier === undefined) findings.push(`${where}: imports something computed, which cannot be checked; import a fixed name.`);
      else if (specifier.startsWith(".")) {
        const target = resolve(dirname(file), specifier);
        if (relative(join(workspace.path, "src"), target).startsWith(".."))
          findings.push(`${where}: "${specifier}" reaches out of its own src; import the other package by its name.`);
        else if (!existsSync(target)) findings.push(`${where}: "${specifier}" does not exist.`);
        else if (!typeOnly && nodeFiles.has(target) && !nodeFiles.has(file))
          findings.push(`${where}: "${specifier}" is for Node only, and this file is not behind a ./node subpath; ${help}.`);
      } else if (isBuiltin(specifier)) {
        if (!nodeFiles.has(file))
          findings.push(
            `${where}: imports Node's "${specifier}" outside a ./node subpath, so the package would not run in the browser; move it behind an export "./node", ${help}.`,
          );
      } else {
        const name = packageName(specifier);
        used.add(name);
        const short = name.startsWith("@rl/") ? name.slice(4) : undefined;
        if (name === workspace.manifest.name) findings.push(`${where}: imports its own package by name; use a relative path.`);
        else if (short === undefined && !external.includes(name))
          findings.push(
            `${where}: imports "${name}", and ${workspace.manifest.name} may import nothing from outside @rl; if it must, name it with its reason in tools/config/arrows.json ("external") and in the README.`,
          );
        else if (short !== undefined && !allowed.includes(short) && !(typeOnly && allowed.includes(`${short}:types`)))
          findings.push(
            `${where}: imports ${typeOnly ? "types of " : ""}${name}, and ${workspace.manifest.name} may import ${may}${allowed.includes(`${short}:types`) ? `: make it "import type"` : ""}; ${help}.`,
          );
        if (!(name in declared) && name !== workspace.manifest.name)
          findings.push(
            `${where}: imports ${name}, which ${workspace.folder}/package.json does not declare; add "${name}": "workspace:*" to its dependencies.`,
          );
        if (short !== undefined && /\/node(\/|$)/.test(specifier) && !nodeFiles.has(file))
          findings.push(`${where}: "${specifier}" is for Node only, and this file is not behind a ./node subpath; ${help}.`);
      }
    }
  }
  for (const name of Object.keys(workspace.manifest.dependencies ?? {})) {
    const short = name.startsWith("@rl/") ? name.slice(4) : undefined;
    if (short !== undefined ? !allowed.includes(short) && !allowed.includes(`${short}:types`) : !external.includes(name))
      findings.push(`${workspace.folder}/package.json: depends on ${name}, which the map does not allow (allowed: ${may}); ${help}.`);
    else if (!used.has(name))
      findings.push(
        `${workspace.folder}/package.json: depends on ${name}, which nothing in src imports; remove it, so that nobody installs it for nothing.`,
      );
  }
  return findings;
}

/** Files that only a ./node export reaches. */
function nodeOnlyFiles(workspace: Workspace, imports: ReadonlyMap<string, readonly Import[]>): Set<string> {
  const reach = (entries: readonly string[]): Set<string> => {
    const seen = new Set<string>();
    const queue = entries.map((entry) => resolve(workspace.path, entry));
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      for (const { specifier, typeOnly } of imports.get(file) ?? [])
        if (specifier?.startsWith(".") && !typeOnly) queue.push(resolve(dirname(file), specifier));
    }
    return seen;
  };
  const entries = Object.entries(sourceEntries(workspace.manifest));
  const node = reach(entries.filter(([subpath]) => isNodeSubpath(subpath)).map(([, file]) => file));
  // A file that both reach, or that nothing reaches, counts as for the browser.
  const browser = reach(entries.filter(([subpath]) => !isNodeSubpath(subpath)).map(([, file]) => file));
  return new Set([...node].filter((file) => !browser.has(file)));
}

/** Tests may use Node and what is declared; they reach no other package's files. */
function checkTests(root: string): string[] {
  const findings: string[] = [];
  const always = ["vitest", "fast-check", "@rl-tools/test-utils"];
  for (const workspace of workspaces(root)) {
    const { name, dependencies, devDependencies, peerDependencies } = workspace.manifest;
    const declared = new Set([name, ...always, ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })]);
    for (const file of filesBelow(join(workspace.path, "test"), ".ts"))
      for (const { specifier, line } of importsOf(file, readFileSync(file, "utf8"))) {
        if (specifier === undefined || isBuiltin(specifier)) continue;
        if (specifier.startsWith(".")) {
          if (relative(workspace.path, resolve(dirname(file), specifier)).startsWith(".."))
            findings.push(`${relative(root, file)}:${line}: "${specifier}" reaches into another folder; import the package by its name.`);
        } else if (!declared.has(packageName(specifier)))
          findings.push(
            `${relative(root, file)}:${line}: imports ${packageName(specifier)}, which ${workspace.folder}/package.json does not declare; add it to its devDependencies.`,
          );
      }
  }
  return findings;
}

/** Apps stand on packages and tools beside both: neither imports an app, by name or by path, in its sources, its tests or its manifest. */
function checkNoApps(root: string): string[] {
  const findings: string[] = [];
  const present = (groups: readonly string[]): Workspace[] =>
    workspaces(
      root,
      groups.filter((group) => existsSync(join(root, group))),
    );
  const apps = new Set(present(["apps"]).map(({ manifest }) => manifest.name));
  const advice = "move what is shared into a package";
  for (const { folder, path, manifest } of present(["packages", "tools"])) {
    const { dependencies, devDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }))
      if (apps.has(name)) findings.push(`${folder}/package.json: depends on the app ${name}; ${advice}, ${help}.`);
    for (const file of ["src", "test"].flatMap((part) => filesBelow(join(path, part), ".ts")))
      for (const { specifier, line } of importsOf(file, readFileSync(file, "utf8"))) {
        if (specifier === undefined) continue;
        const app = specifier.startsWith(".")
          ? !relative(join(root, "apps"), resolve(dirname(file), specifier)).startsWith("..")
          : apps.has(packageName(specifier));
        if (app) findings.push(`${relative(root, file)}:${line}: imports the app "${specifier}"; ${advice}, ${help}.`);
      }
  }
  return findings;
}

if (import.meta.main) {
  const root = resolve(parseArgs({ options: { root: { type: "string" } } }).values.root ?? repositoryRoot);
  const { findings, files } = checkArrows(root);
  conclude("arrows", findings, `${files} source files of ${workspaces(root).length} packages`);
}
