// Every change of a published package has a changeset: `changeset status` against the main branch, wherever this clone knows it.
import { spawnSync } from "node:child_process";
import { repositoryRoot } from "./workspace.ts";

const known = (ref: string): boolean =>
  spawnSync("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { cwd: repositoryRoot }).status === 0;
const base = ["main", "origin/main"].find(known);
if (base === undefined) {
  process.stderr.write("changesets: this clone has neither main nor origin/main to compare with; run git fetch origin main.\n");
  process.exitCode = 1;
} else {
  const { status } = spawnSync(process.execPath, ["node_modules/@changesets/cli/bin.js", "status", `--since=${base}`], {
    cwd: repositoryRoot,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
