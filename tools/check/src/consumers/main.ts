// pnpm consumers [--quick] [--only TOOL,…] [--save]: the packed packages in the tools that people use: runtimes by import and require, test runners,
// bundlers, type checkers. All print the same bits. --quick tries what the workspace has anyway, as CI does; --save writes docs/consumers.md.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { markdownTable } from "markdown-table";
import { conclude, repositoryRoot, workspaces } from "../workspace.ts";
import { bitsIn, entriesOf } from "./programs.ts";
import { otherTools, ownTools, type Project, type Tool, writePrograms } from "./tools.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean" }, only: { type: "string" }, save: { type: "boolean" } } });
const all = [...ownTools(repositoryRoot), ...(values.quick === true ? [] : otherTools)];
const wanted = values.only?.split(",");
const tools = all.filter(({ name }) => wanted === undefined || wanted.includes(name));
for (const name of wanted ?? [])
  if (!all.some((tool) => tool.name === name))
    throw new Error(`consumers: there is no tool "${name}"; known are ${all.map((tool) => tool.name).join(", ")}.`);

const execute = promisify(execFile);
async function runIn(
  cwd: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout, stderr } = await execute(command, args, {
      cwd,
      timeout: 300_000,
      maxBuffer: 1 << 26,
      shell: process.platform === "win32",
      env: { ...process.env, NODE_OPTIONS: "", CI: "1", NO_COLOR: "1", ...environment },
    });
    return `${stdout}\n${stderr}`;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${stdout}\n${stderr}`.trim().split("\n").slice(0, 12).join("\n    ") || message, { cause: error });
  }
}
const npmInstall = (folder: string): Promise<string> =>
  runIn(folder, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]);

async function makeProject(folder: string): Promise<Project> {
  const packages = workspaces(repositoryRoot, ["packages", "apps"]);
  const tarballs = Object.fromEntries(packages.map(({ manifest, path }) => [manifest.name, `file:${join(path, ".pack/package.tgz")}`]));
  const missing = Object.values(tarballs).filter((file) => !existsSync(file.slice(5)));
  if (missing.length > 0) throw new Error(`consumers: not packed yet: ${missing.join(", ")}; run pnpm consumers, which packs them.`);
  const dependencies = { ...tarballs, ...Object.fromEntries(tools.flatMap(({ install }) => Object.entries(install))) };
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, dependencies }));
  await npmInstall(folder);
  const entries = entriesOf(packages);
  writePrograms(folder, entries);
  return {
    folder,
    entries,
    run: (command, args, environment) => runIn(folder, command, args, environment),
    module: (path) => join(folder, "node_modules", path),
  };
}

const binaries = new Map<number | undefined, string>([[undefined, process.execPath]]);
async function nodeBinary(scratch: string, major: number | undefined): Promise<string> {
  const known = binaries.get(major);
  if (known !== undefined) return known;
  const folder = join(scratch, `node${major}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { node: `^${major}.0.0` } }));
  await npmInstall(folder);
  const binary = join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  binaries.set(major, binary);
  return binary;
}

/** What the table calls it: "Jest 30.5.2 in Node 24.21.0". */
async function titleOf({ name, install }: Tool, node: string, { folder }: Project): Promise<string> {
  const version = (await runIn(folder, node, ["--version"])).trim().slice(1);
  if (name.startsWith("Node ")) return `Node ${version}`;
  const [main] = Object.keys(install);
  const manifest = [join(folder, "node_modules", main ?? ""), join(repositoryRoot, "tools/check/node_modules", name.toLowerCase())]
    .map((path) => join(path, "package.json"))
    .find((path, i) => (i > 0 || main !== undefined) && existsSync(path));
  const own = manifest === undefined ? "" : (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  const title = name.startsWith("TypeScript ") ? (own === "" ? name : `TypeScript ${own}`) : `${name} ${own}`.trim();
  return name.startsWith("Jest") ? `${title}, Node ${version}` : title;
}

const scratch = mkdtempSync(join(tmpdir(), "rl-consumers-"));
const findings: string[] = [];
const rows: string[][] = [];
try {
  const project = await makeProject(join(scratch, "project"));
  let expected: string | undefined;
  for (const tool of tools) {
    const node = await nodeBinary(scratch, tool.node);
    const cells: Record<string, string> = { import: "–", require: "–" };
    for (const [what, attempt] of Object.entries(tool.tries)) {
      try {
        const output = await attempt(project, node);
        const bits = output === undefined ? undefined : bitsIn(output);
        if (output !== undefined && bits === undefined) throw new Error(`it printed no bits: ${output.trim().slice(0, 500)}`);
        expected ??= bits;
        if (bits !== undefined && bits !== expected) throw new Error(`it printed other bits: ${bits}; expected ${expected}`);
        cells[what] = bits === undefined ? "clean" : "the same bits";
      } catch (error) {
        cells[what] = "FAILS";
        findings.push(`${tool.name}, ${what}:\n    ${(error as Error).message}`);
      }
    }
    const title = await titleOf(tool, node, project);
    rows.push([title, cells["import"]!, cells["require"]!, tool.takes ?? ""]);
    process.stdout.write(`${title.padEnd(40)} import: ${cells["import"]!.padEnd(14)} require: ${cells["require"]}\n`);
  }
  process.stdout.write(`${expected ?? ""}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (values.save === true) {
  const table = markdownTable([["tool", "import", "require", "what it takes"], ...rows]);
  writeFileSync(
    join(repositoryRoot, "docs/consumers.md"),
    `# Where the packages work\n\nEvery export of every package, from the packed tarballs, and a training run whose bits are compared; types without the DOM's and without Node's, with \`skipLibCheck: false\`. Made by \`pnpm consumers --save\`; CI tries the first four.\n\n${table}\n`,
  );
}
conclude("consumers", findings, `${tools.length} tools`);
