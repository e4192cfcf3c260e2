/** Other versions of Node, each brought by npm into a folder of its own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface NodeAnswer {
  /** "22.23.1" */
  readonly version: string;
  /** What the script printed last. */
  readonly output: string;
}

/** Runs a script (plain JavaScript, CommonJS) in a major version of Node, with flags of Node's own. */
export function runInNode(major: number, script: string, flags: readonly string[] = []): NodeAnswer {
  const folder = mkdtempSync(join(tmpdir(), "rl-node-"));
  try {
    writeFileSync(join(folder, "package.json"), "{}");
    const run = (command: string, args: readonly string[]): string => {
      const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 24 });
      if (status !== 0)
        throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr.trim().split("\n").slice(-3).join(" ")}`);
      return stdout;
    };
    run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${major}`]);
    writeFileSync(join(folder, "run.js"), `${script}\n;console.log("\\n" + process.versions.node);`);
    const lines = run(join(folder, "node_modules/node/bin/node"), [...flags, "run.js"])
      .trim()
      .split("\n");
    return { version: lines.at(-1)!, output: lines.slice(0, -1).join("\n").trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
