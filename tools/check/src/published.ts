// What a user gets when they install one package alone. Runs in the package's folder, after its tarball and those of the packages it declares
// are packed (`pnpm run tarball`): publint, attw, no `any` in the declarations, then an empty project outside the workspace with just these
// tarballs: import and require under Node, types without those of a browser or of Node, bundle for the browser, sizes; and that a bundle can leave out whatever is not used. Writes .pack/size.json.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { problemKindInfo } from "@arethetypeswrong/core/problems";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { impureStatements } from "./purity.ts";
import { conclude, filesBelow, isNodeSubpath, type PackageJson, repositoryRoot, sourceEntries, workspaces } from "./workspace.ts";

export interface Size {
  readonly name: string;
  /** Other packages that come along. */
  readonly pulls: readonly string[];
  readonly kilobytesInstalled: number;
  /** All of the main export; undefined for a package without one. */
  readonly kilobytesBundled: number | undefined;
  readonly importMilliseconds: number | undefined;
  /** Single exports that tools/config/sizes.json limits: kilobytes of a bundle with that export alone. */
  readonly kilobytesOfExports?: Readonly<Record<string, number>>;
}

const run = promisify(execFile);
const shell = process.platform === "win32";
const here = process.cwd();
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8")) as PackageJson;
const tarball = join(here, ".pack", "package.tgz");
const findings: string[] = [];
const limits = JSON.parse(readFileSync(join(repositoryRoot, "tools/config/sizes.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

/** The package and every @rl package that it declares, and those that these declare. */
function closure(): Map<string, string> {
  const byName = new Map(workspaces(repositoryRoot, ["packages", "apps"]).map((w) => [w.manifest.name, w]));
  const found = new Map<string, string>();
  const queue = [manifest.name];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const workspace = byName.get(name);
    if (!workspace || found.has(name)) continue;
    found.set(name, join(workspace.path, ".pack", "package.tgz"));
    queue.push(...Object.keys(workspace.manifest.dependencies ?? {}));
  }
  return found;
}

async function lintTarball(): Promise<void> {
  const data = readFileSync(tarball);
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, level: "suggestion", strict: true });
  for (const message of messages) findings.push(`publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
  if (!manifest.exports) return;
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  if (!analysis.types) findings.push("attw: the tarball has no types.");
  else
    for (const problem of analysis.problems) {
      // ES modules only: Node ≥ 20.19 can `require` them, as is tried below, and resolution without "exports" does not matter.
      if (problem.kind === "CJSResolvesToESM" || ("resolutionKind" in problem && problem.resolutionKind === "node10")) continue;
      findings.push(`attw: ${problemKindInfo[problem.kind].title} ${"entrypoint" in problem ? problem.entrypoint : ""}`);
    }
}

/** A function type's rest parameter of `any[]` means "any function at all": parameters are contravariant, so unknown[] would refuse most. */
const isAnyFunction = (node: ts.Node): boolean =>
  ts.isArrayTypeNode(node.parent) &&
  ts.isParameter(node.parent.parent) &&
  node.parent.parent.dotDotDotToken !== undefined &&
  ts.isFunctionTypeNode(node.parent.parent.parent);

/** A declaration whose comment gives a reason, "any: because …". */
const givesReason = (node: ts.Node): boolean =>
  ts.findAncestor(node, (at) => ts.getJSDocCommentsAndTags(at).some((doc) => /\bany: /.test(doc.getText()))) !== undefined;

/** A declaration that says `any` switches the user's type checks off without a word. */
function noAnyInDeclarations(): void {
  for (const file of filesBelow(join(here, "dist"), ".d.ts")) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.AnyKeyword && !isAnyFunction(node) && !givesReason(node)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        findings.push(
          `${file.slice(here.length + 1)}:${line}: a public type is any; write the type out in the source (or say why in its comment: "any: because …").`,
        );
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
}

const kilobytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    const stat = statSync(join(folder, name));
    return sum + (stat.isFile() && !name.startsWith(".") ? stat.size : 0);
  }, 0) / 1024;

async function install(project: string, tarballs: ReadonlyMap<string, string>): Promise<string[]> {
  const dependencies = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module", dependencies }));
  await run(
    "npm",
    ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"],
    { cwd: project, shell, timeout: 120_000 },
  );
  const modules = join(project, "node_modules");
  const installed = readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => (name.startsWith("@") ? readdirSync(join(modules, name)).map((below) => `${name}/${below}`) : [name]));
  return installed.filter((name) => name !== manifest.name).sort();
}

/** Imports a subpath in a fresh Node, from the empty project; returns the best of a few times in milliseconds. */
async function importTime(project: string, specifier: string): Promise<number> {
  const code = `const t = performance.now(); const m = await import(${JSON.stringify(specifier)}); const ms = performance.now() - t;
    if (Object.keys(m).length === 0) throw new Error("it exports nothing");
    if (!import.meta.resolve(${JSON.stringify(specifier)}).includes("/dist/")) throw new Error("it resolves to " + import.meta.resolve(${JSON.stringify(specifier)}));
    console.log(ms);`;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
      cwd: project,
      timeout: 30_000,
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    best = Math.min(best, Number(stdout.trim().split("\n").pop()));
  }
  return best;
}

/** require() gives what import gives, in a program that is not a module. */
async function checkRequire(project: string, specifier: string): Promise<void> {
  const name = JSON.stringify(specifier);
  const code = specifier.endsWith(".json")
    ? `require(${name})`
    : `const required = require(${name}); import(${name}).then((imported) => { if (imported !== required) throw new Error("it is not what import gives"); })`;
  await run(process.execPath, ["--input-type=commonjs", "-e", code], {
    cwd: project,
    timeout: 30_000,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
}

/** Declarations are read in programs that have neither the DOM's types nor Node's, and check their libraries; from modules and from `.cts` files. */
async function checkTypes(project: string, specifiers: readonly string[]): Promise<void> {
  const lines = (form: (name: string, specifier: string) => string): string =>
    specifiers.map((specifier, i) => form(`m${i}`, specifier)).join("\n");
  writeFileSync(
    join(project, "module.mts"),
    lines((name, from) => `export * as ${name} from "${from}";`),
  );
  writeFileSync(
    join(project, "common.cts"),
    lines((name, from) => `import ${name} = require("${from}");\nexport const k${name} = ${name};`),
  );
  const compilerOptions = {
    noEmit: true,
    strict: true,
    target: "es2022",
    lib: ["es2022"],
    types: [],
    module: "nodenext",
    skipLibCheck: false,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["module.mts", "common.cts"] }));
  const tsc = join(repositoryRoot, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", project], { cwd: project, timeout: 120_000 }).catch((error: { stdout?: string }) => {
    const errors = error.stdout?.trim().split("\n").slice(0, 8).join("\n  ") ?? firstLines(error);
    findings.push(
      `the declarations do not stand alone (lib es2022, no DOM, no Node types); name such a type by its shape in the source:\n  ${errors}`,
    );
  });
}

async function bundle(project: string, specifier: string, what = "*"): Promise<number> {
  const result = await build({
    stdin: { contents: `export ${what} from ${JSON.stringify(specifier)};`, resolveDir: project },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  return gzipSync(result.outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length / 1024;
}

const firstLines = (error: unknown): string => {
  const text = error instanceof Error ? `${(error as { stderr?: string }).stderr ?? ""}\n${error.message}` : String(error);
  return text.trim().split("\n").slice(0, 8).join("\n  ");
};

async function useAlone(): Promise<Size> {
  const tarballs = closure();
  const missing = [...tarballs.values()].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`Not packed yet: ${missing.join(", ")}; run pnpm check, or pnpm run tarball in those folders.`);
  const project = mkdtempSync(join(tmpdir(), "rl-alone-"));
  try {
    const pulls = await install(project, tarballs);
    const { external } = JSON.parse(readFileSync(join(repositoryRoot, "tools/config/arrows.json"), "utf8")) as {
      external: Record<string, string[]>;
    };
    const outside = pulls.filter((name) => !name.startsWith("@rl/"));
    const isApp = resolve(here, "..").endsWith("apps");
    if (!isApp && outside.length > 0 && [...tarballs.keys()].every((name) => external[name.replace("@rl/", "")] === undefined))
      findings.push(`installing ${manifest.name} alone also installs ${outside.join(", ")}, from outside @rl.`);
    let importMilliseconds: number | undefined;
    let kilobytesBundled: number | undefined;
    const subpaths = Object.keys(sourceEntries(manifest));
    if (subpaths.length > 0)
      await checkTypes(
        project,
        subpaths.map((subpath) => manifest.name + subpath.slice(1)),
      );
    for (const subpath of [...subpaths, "./package.json"])
      await checkRequire(project, manifest.name + subpath.slice(1)).catch((error: unknown) =>
        findings.push(`require("${manifest.name + subpath.slice(1)}") fails under Node:\n  ${firstLines(error)}`),
      );
    for (const subpath of subpaths) {
      const specifier = manifest.name + subpath.slice(1);
      await importTime(project, specifier).then(
        (ms) => void (subpath === "." && (importMilliseconds = ms)),
        (error: unknown) => findings.push(`import "${specifier}" fails under Node:\n  ${firstLines(error)}`),
      );
      if (!isNodeSubpath(subpath))
        await bundle(project, specifier).then(
          (kb) => void (subpath === "." && (kilobytesBundled = kb)),
          (error: unknown) => findings.push(`"${specifier}" cannot be bundled for the browser:\n  ${firstLines(error)}`),
        );
    }
    const kilobytesOfExports: Record<string, number> = {};
    for (const [name, most] of Object.entries(limits.exports[manifest.name] ?? {})) {
      const kb = await bundle(project, manifest.name, `{ ${name} }`);
      kilobytesOfExports[name] = kb;
      if (kb > most)
        findings.push(`a bundle with ${name} alone takes ${kb.toFixed(2)} KB, at most ${most} are allowed (tools/config/sizes.json).`);
    }
    for (const command of Object.keys(manifest.bin ?? {}))
      await run(join(project, "node_modules", ".bin", command), ["--help"], {
        cwd: project,
        shell,
        timeout: 30_000,
        env: { ...process.env, PATH: `${resolve(process.execPath, "..")}:${process.env.PATH ?? ""}`, NODE_OPTIONS: "" },
      }).catch((error: unknown) => findings.push(`"${command} --help" fails when installed alone:\n  ${firstLines(error)}`));
    return {
      name: manifest.name,
      pulls,
      kilobytesInstalled: kilobytesBelow(join(project, "node_modules")),
      kilobytesBundled,
      importMilliseconds,
      kilobytesOfExports,
    };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

await lintTarball();
noAnyInDeclarations();
if (manifest.bin === undefined)
  for (const file of filesBelow(join(here, "dist"), ".js"))
    findings.push(...(await impureStatements(file)).map((finding) => finding.replace(`${here}/`, "")));
const size = await useAlone();
writeFileSync(join(here, ".pack", "size.json"), `${JSON.stringify(size, null, 2)}\n`);
conclude(
  `published ${manifest.name}`,
  findings,
  `${size.pulls.length} pulled, ${size.kilobytesInstalled.toFixed(0)} KB installed, ${size.kilobytesBundled?.toFixed(1) ?? "–"} KB min+gzip`,
);
