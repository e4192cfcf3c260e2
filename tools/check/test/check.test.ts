import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../src/workspace.ts";

// What pnpm check says at its end, with a turbo that runs nothing and leaves a summary. It is a shell script, so Windows skips this.
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rl-check-"));
  cpSync(join(repositoryRoot, "scripts"), join(root, "scripts"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Task {
  readonly taskId: string;
  readonly command?: string;
  readonly task: string;
  readonly package: string;
  readonly cache?: { readonly status: "HIT" | "MISS" };
  readonly execution?: { readonly exitCode: number; readonly startTime: number; readonly endTime: number };
}
const ran = (task: string, folder: string, exitCode = 0): Task => ({
  ...{ taskId: `${folder}#${task}`, task, package: folder, cache: { status: "MISS" } },
  execution: { exitCode, startTime: 1000, endTime: 3500 },
});

/** `planned` is what turbo would run, and says when it is asked for its plan. */
function check(status: number, tasks: readonly Task[], planned: readonly Task[], ...args: readonly string[]): SpawnSyncReturns<string> {
  const bin = join(root, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(root, "summary.json"), JSON.stringify({ tasks }));
  writeFileSync(join(root, "plan.json"), JSON.stringify({ tasks: planned }));
  writeFileSync(
    join(bin, "turbo"),
    `#!/bin/sh\ncase "$*" in *--dry=json*) cat plan.json; exit;; esac\ncp summary.json .turbo/runs/1.json\nexit ${status}\n`,
  );
  chmodSync(join(bin, "turbo"), 0o755);
  return spawnSync(process.execPath, [join(root, "scripts/check.mjs"), ...args], { encoding: "utf8" });
}
const lines = ({ stdout }: SpawnSyncReturns<string>): string[] => stdout.trim().split("\n");

describe.skipIf(process.platform === "win32")("what pnpm check says at its end", () => {
  it("all that was chosen ran: all passed", () => {
    const done = check(
      0,
      [ran("lint", "//"), ran("unit", "@rl/toy"), { ...ran("unit", "@rl/math"), cache: { status: "HIT" } }],
      [],
      "--only",
      "lint,unit",
    );
    expect(done.status).toBe(0);
    expect(lines(done)).toEqual([
      "check           ran  cached  seconds  result",
      "lint              1       0      2.5  ok",
      "unit              1       1      5.0  ok",
      expect.stringMatching(/^all checks passed in \d+\.\d s$/),
    ]);
  });

  it("a filter leaves out what belongs to no package: says so and how to run it, and claims nothing of it", () => {
    const done = check(0, [ran("unit", "@rl/toy")], [], "--only", "lint,hygiene,unit", "--filter=@rl/toy");
    expect(done.status).toBe(0);
    expect(lines(done).slice(-2)).toEqual([
      "not asked for by this choice of packages: lint, hygiene; pnpm check --only lint,hygiene runs them.",
      expect.stringMatching(/^the checks that were asked for passed in \d/),
    ]);
  });

  it("a check that failed, one that needs it, and one that the filter leaves out: each said as what it is", () => {
    const failed = ran("tarball", "@rl/toy", 2);
    const needs = { taskId: "@rl/toy#published", task: "published", package: "@rl/toy", command: "node published.ts" };
    const empty = { taskId: "@rl/toy#sources", task: "sources", package: "@rl/toy", command: "<NONEXISTENT>" };
    const done = check(1, [failed], [failed, needs, empty], "--only", "published,lint", "--filter=@rl/toy");
    expect(done.status).toBe(1);
    expect(lines(done).slice(1)).toEqual([
      "tarball           1       0      2.5  FAILED: @rl/toy",
      "not run, because what they need failed: published of @rl/toy",
      "not asked for by this choice of packages: lint; pnpm check --only lint runs them.",
      expect.stringMatching(/^checks FAILED in \d/),
    ]);
  });

  it("nothing ran: no success", () => {
    const done = check(0, [], [], "--only", "unit", "--filter=@rl/nothing");
    expect(lines(done).slice(1)).toEqual([expect.stringMatching(/^nothing was checked in \d/)]);
    expect(done.status).toBe(1);
  });
});
