// pnpm new:package makes a package that passes every check untouched: makes one in a copy of the working tree and checks it there.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { conclude, filesBelow, repositoryRoot } from "./workspace.ts";

const name = "brand-new";
const copy = mkdtempSync(join(tmpdir(), "rl-generator-"));
const findings: string[] = [];

function run(command: string, args: readonly string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: copy,
    encoding: "utf8",
    env: { ...process.env, CI: "1", NO_COLOR: "1", PATH: `${join(copy, "node_modules/.bin")}:${process.env.PATH ?? ""}` },
    maxBuffer: 1 << 26,
  });
  return { ok: status === 0, output: `${stdout}\n${stderr}`.trim() };
}
const last = (output: string): string => output.split("\n").slice(-15).join("\n  ");

try {
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repositoryRoot,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  for (const file of files.split("\0").filter((path) => path !== "" && existsSync(join(repositoryRoot, path))))
    cpSync(join(repositoryRoot, file), join(copy, file), { recursive: true });
  const installed = run("pnpm", ["install", "--no-frozen-lockfile", "--prefer-offline"]);
  if (!installed.ok) findings.push(`pnpm install failed in the copy:\n  ${last(installed.output)}`);
  const lockedBefore = readFileSync(join(copy, "pnpm-lock.yaml"), "utf8").split("\n");
  const generated = run("pnpm", ["new:package", name, "A package that nobody has touched yet.", "--imports", "random,math"]);
  if (!generated.ok) findings.push(`pnpm new:package failed:\n  ${last(generated.output)}`);
  else {
    const folder = `packages/${name}`;
    const made = filesBelow(join(copy, folder), "").filter((path) => statSync(path).isFile());
    const checks: readonly (readonly [name: string, ...command: string[]])[] = [
      ["its own checks", "node", "scripts/check.mjs", "--only", "typecheck,unit,published", `--filter=@rl/${name}`],
      ["format", "oxfmt", "--check", folder, "examples/package.json", "tools/config/arrows.json"],
      ["lint", "oxlint", "--type-aware", "--deny-warnings", folder],
      ["hygiene", "node", "tools/check/src/hygiene.ts", ...made.map((path) => relative(copy, path)), `.changeset/${name}.md`],
      ["readme", "node", "tools/check/src/readme.ts", folder],
      ["docs", "node", "tools/check/src/docs.ts", folder],
    ];
    for (const [check, command = "", ...args] of checks) {
      const { ok, output } = run(command, args);
      if (!ok) findings.push(`${check} fails:\n  ${last(output)}`);
    }
    const arrows = run("node", ["tools/check/src/arrows.ts"])
      .output.split("\n")
      .filter((line) => line.includes(name));
    if (arrows.length > 0) findings.push(`arrows says:\n  ${arrows.join("\n  ")}`);
    const kept = new Set(lockedBefore);
    const locked = readFileSync(join(copy, "pnpm-lock.yaml"), "utf8").split("\n");
    const foreign = locked.filter((line) => !kept.has(line) && !line.includes(name));
    if (foreign.length > 0 || locked.length - lockedBefore.length > 20)
      findings.push(
        `pnpm-lock.yaml has ${locked.length - lockedBefore.length} new lines, among them:\n  ${foreign.slice(0, 5).join("\n  ")}`,
      );
    if (!readFileSync(join(copy, "README.md"), "utf8").includes(`(packages/${name})`)) findings.push("the root README has no row for it.");
    if (!readFileSync(join(copy, "FEATURES.md"), "utf8").includes(`## @rl/${name}`)) findings.push("FEATURES.md has no section for it.");
    if (!readFileSync(join(copy, ".changeset", `${name}.md`), "utf8").includes(`"@rl/${name}": minor`))
      findings.push("it has no changeset.");
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
conclude("generator", findings, `packages/${name} made and checked in a copy`);
