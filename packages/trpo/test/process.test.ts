/** Stopping at some iteration and going on in a new process is never having stopped. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { expect, it } from "vitest";
import { createTrpo } from "../src/index.ts";
import { goldenRuns, goOn, type GoldenRun } from "./fixtures/golden-runs.ts";

const runs = Object.keys(goldenRuns) as GoldenRun[];

it("all pinned runs, each stopped at another iteration, give the same bits in a new process", () => {
  const folder = mkdtempSync(join(tmpdir(), "trpo-"));
  try {
    const stops = [13, 2, 8, 5, 11, 16];
    expect(stops).toHaveLength(runs.length);
    const expected = runs.map((run, i) => {
      const whole = createTrpo(goldenRuns[run]);
      const metrics: unknown[] = [];
      goOn(whole, metrics);
      const first = createTrpo(goldenRuns[run]);
      goOn(first, [], stops[i]);
      writeFileSync(join(folder, `${i}`), serialize(first.state()));
      return { metrics: metrics.slice(stops[i]), state: whole.state() };
    });
    const script = fileURLToPath(new URL("fixtures/resume.ts", import.meta.url));
    const result = join(folder, "result");
    execFileSync(process.execPath, ["--conditions=@rl/source", script, folder, result]);
    expect(deserialize(readFileSync(result))).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each(runs)("a state that was restored is the state that was saved: %s", (run) => {
  const first = createTrpo(goldenRuns[run]);
  goOn(first, [], 3);
  const saved = structuredClone(first.state());
  expect(first.state()).toEqual(saved);
  const second = createTrpo(goldenRuns[run]);
  second.restore(saved);
  expect(second.state()).toEqual(saved);
  second.restore(second.state());
  expect(second.state()).toEqual(saved);
});
