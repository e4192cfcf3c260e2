import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../src/workspace.ts";

// The scripts of npm start and npm test in a folder of their own, with a pnpm and a Node 24 that only note how they were called. Both are shell
// scripts, so Windows skips this.
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rl-install-"));
  cpSync(join(repositoryRoot, "scripts"), join(root, "scripts"), { recursive: true });
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "pnpm-lock.yaml"), "one\n");
  writeFileSync(join(root, "pnpm-workspace.yaml"), "packages: []\n");
  const node = '#!/bin/sh\nif [ "$1" = --version ]; then echo v24.9.0; exit; fi\necho "node24 $*"\nexit 7\n';
  pnpm(`echo call >> "${root}/calls"\necho "Progress: resolved 9, reused 9, downloaded 0, added 9, done"
mkdir -p node_modules/node/bin && cat > node_modules/node/bin/node <<'END'\n${node}END\nchmod +x node_modules/node/bin/node\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function pnpm(install: string, version = "12.1.0"): void {
  const file = join(root, "bin/pnpm");
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit; fi\necho "$*" > "${root}/arguments"\n${install}`);
  chmodSync(file, 0o755);
}
const run = (script: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(root, "scripts", script), ...args], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH ?? ""}` },
  });
const calls = (): number => (existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n").length : 0);

describe.skipIf(process.platform === "win32")("npm start", () => {
  it("installs with the frozen lockfile, says so, then runs Node 24 with the arguments and ends with its exit code", () => {
    const { status, stdout, stderr } = run("start.mjs", "--seed", "7");
    expect(readFileSync(join(root, "arguments"), "utf8")).toContain("install --frozen-lockfile");
    expect(stderr).toMatch(
      /First run in this clone[\s\S]*1\/3 {2}pnpm 12[\s\S]*2\/3 {2}packages of pnpm-lock.yaml: installed {2}\d+\.\d s[\s\S]*3\/3 {2}Node 24\.9\.0 ready/,
    );
    expect(stdout).toBe("node24 --conditions=@rl/source apps/cli/src/main.ts start --seed 7\n");
    expect(status).toBe(7);
  });

  it("installs again only when the lockfile changed", () => {
    run("start.mjs");
    const second = run("start.mjs");
    expect(calls()).toBe(1);
    expect(second.stderr).toBe("");
    writeFileSync(join(root, "pnpm-lock.yaml"), "two\n");
    const third = run("start.mjs");
    expect(calls()).toBe(2);
    expect(third.stderr).toContain("The lockfile changed since the last install");
  });

  it.each([
    ["getaddrinfo ENOTFOUND registry.example.org", "The package registry could not be reached"],
    ["ENOSPC: no space left on device", "The disk is full"],
    ["ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE", "pnpm-lock.yaml does not match"],
    ["EACCES: permission denied", "A folder cannot be written"],
  ])("says in one line what to do about: %s", (output, sentence) => {
    pnpm(`echo "${output}" >&2\nexit 1\n`);
    const { status, stderr, stdout } = run("start.mjs");
    expect(stderr.trim().split("\n").pop()).toContain(sentence);
    expect(stderr.trim().split("\n").pop()).toContain("npm start again");
    expect(stdout).toBe("");
    expect(status).toBe(1);
    expect(existsSync(join(root, "node_modules/.installed-lockfile"))).toBe(false);
  });

  it("shows the end of what pnpm said when it does not know the failure", () => {
    pnpm('echo "something odd"\nexit 3\n');
    expect(run("start.mjs").stderr).toMatch(/The install failed\. What pnpm said last:\n[\s\S]*something odd/);
  });

  it("says so when the install brought no Node", () => {
    pnpm("mkdir -p node_modules\n");
    expect(run("start.mjs").stderr).toContain("brought no Node 24 for");
  });
});

describe.skipIf(process.platform === "win32")("npm test", () => {
  it("runs vitest with the arguments", () => {
    expect(run("test.mjs", "packages/envs").stdout).toBe("node24 node_modules/vitest/vitest.mjs run packages/envs\n");
  });
});
