// Every ```ts block of the READMEs is a program that type-checks and runs. A block that cannot says so: ```ts no-run
//   node tools/check/src/readme.ts [FOLDER…]      all READMEs when none is named
// Blocks are written to examples/readme (ignored by git), from where every package resolves by its name.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runAll } from "./run-programs.ts";
import { conclude, repositoryRoot, workspaces } from "./workspace.ts";

export interface Block {
  readonly readme: string;
  readonly line: number;
  readonly code: string;
}

/** The runnable blocks of a README. */
export function blocksOf(readme: string, text: string): Block[] {
  return [...text.matchAll(/^```ts[ \t]*(.*)\n([\s\S]*?)^```/gm)]
    .filter((match) => !/\bno-run\b/.test(match[1] ?? ""))
    .map((match) => ({ readme, line: text.slice(0, match.index).split("\n").length, code: match[2] ?? "" }));
}

if (import.meta.main) {
  const findings: string[] = [];
  const named = process.argv.slice(2);
  const root = readFileSync(join(repositoryRoot, "README.md"), "utf8");
  for (const { folder, manifest } of workspaces(repositoryRoot, ["packages", "apps"]))
    if ((named.length === 0 || named.includes(folder)) && !root.includes(`[\`${manifest.name}\`](${folder})`))
      findings.push(`README.md: the table lacks ${manifest.name}; run pnpm sizes --save.`);
  const folders = named.length > 0 ? named : ["", ...workspaces(repositoryRoot).map(({ folder }) => folder)];
  const readmes = folders.map((folder) => join(folder, "README.md").replaceAll("\\", "/"));
  const folder = join(repositoryRoot, "examples", "readme");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, Block>();
  for (const readme of readmes) {
    if (!existsSync(join(repositoryRoot, readme))) {
      findings.push(`${readme}: is missing.`);
      continue;
    }
    const blocks = blocksOf(readme, readFileSync(join(repositoryRoot, readme), "utf8"));
    if (blocks.length === 0) findings.push(`${readme}: has no \`\`\`ts example that runs; a README shows one of about twelve lines.`);
    for (const block of blocks) {
      const name = `${readme.replace(/\/?README\.md$/, "").replace(/[^\w-]+/g, "-") || "root"}-${block.line}.ts`;
      writeFileSync(join(folder, name), `// ${readme}:${block.line}\nexport {};\n${block.code}`);
      files.set(`examples/readme/${name}`, block);
    }
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", include: ["*.ts"] }));
  try {
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "examples/readme"], {
      cwd: repositoryRoot,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    // Errors of the packages themselves are the type check's business.
    const lines = String((error as { stdout?: string }).stdout)
      .split("\n")
      .filter((line) => line.startsWith("examples/readme/"));
    for (const line of lines) findings.push(`README example does not type-check: ${line}`);
  }
  for (const { file, seconds, problem } of await runAll([...files.keys()], 120)) {
    const block = files.get(file);
    process.stdout.write(
      `${problem === undefined ? "ok  " : "FAIL"} ${seconds.toFixed(1).padStart(5)} s  ${block?.readme}:${block?.line}\n`,
    );
    if (problem !== undefined) findings.push(`${block?.readme}:${block?.line}: ${problem}`);
  }
  conclude("readme", findings, `${files.size} blocks of ${readmes.length} READMEs`);
}
