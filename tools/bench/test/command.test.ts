import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { heapGrowth, time, timeInterleaved } from "../src/time.ts";
import { timed } from "../src/workloads/timed.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const bench = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ["--conditions=@rl/source", main, ...args], { encoding: "utf8" });

describe("pnpm bench", () => {
  it("runs a bench, prints its table and writes JSON", () => {
    const folder = mkdtempSync(join(tmpdir(), "rl-bench-"));
    const { status, stdout } = bench("frame", "--json", join(folder, "out.json"));
    const report = JSON.parse(readFileSync(join(folder, "out.json"), "utf8")) as {
      name: string;
      rows: { work: string; ours: number; verdict: string }[];
    };
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    expect(stdout).toContain("| SHA-256 of 1 KiB |");
    expect(report.rows[0]).toMatchObject({ work: "SHA-256 of 1 KiB", verdict: "met" });
    expect(report.rows[0]?.ours).toBeGreaterThan(0);
  });

  it("names the nearest bench, and ends with 2", () => {
    const { status, stderr } = bench("frmae");
    expect(stderr).toContain('There is no bench "frmae". Did you mean "frame"?');
    expect(status).toBe(2);
  });

  it("refuses an unknown option and a folder that is no virtual environment", () => {
    expect(bench("frame", "--chek")).toMatchObject({ status: 2, stderr: expect.stringContaining("Did you mean --check?") as string });
    expect(bench("frame", "--python", "nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"nowhere" holds no bin/python') as string,
    });
  });

  it("refuses a row that is not there, and to save a part of a table", () => {
    expect(bench("engine", "--rows", "LeNet,letnet")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^bench: engine: got --rows "letnet"; expected a part of one of these names: .*"LeNet, batch 64"/,
      ) as string,
    });
    expect(bench("engine", "--profile", "row")).toMatchObject({ status: 2, stdout: "" });
    expect(bench("engine", "--rows", "LeNet", "--save")).toMatchObject({
      status: 2,
      stderr: "bench: --save replaces the whole table of engine and --rows measures a part of it; leave one of them out.\n",
    });
  });

  it("prints the kernels of a row, most expensive first, and no empty table", () => {
    const { status, stdout } = bench("engine", "--profile", "product 64", "--check");
    expect(status).toBe(0);
    expect(stdout).toMatch(/product 64: one call takes [\d.]+ µs in its kernels/);
    expect(stdout).toMatch(/\| dot 64×64×64 256,4 256,4 \| +1 \| +[\d.]+ \| 100\.0 % \| +524 288 \| +49 152 \|/);
    expect(stdout).not.toContain("| work");
  });
});

describe("clocks", () => {
  const spin = (n: number) => (): number => {
    let x = 1;
    for (let i = 0; i < n; i++) x = (x * 1103515245 + 12345) | 0;
    return x;
  };

  it("sees ten times the work as several times the time", () => {
    const { small, large } = timeInterleaved(
      { small: spin(2_000), large: spin(20_000) },
      { repetitions: 15, warmupSeconds: 0.02, repetitionSeconds: 0.002 },
    );
    expect(large.min / small.min).toBeGreaterThan(4);
    expect(large.min / small.min).toBeLessThan(25);
    expect(small.median).toBeGreaterThanOrEqual(small.min);
    expect(time(spin(10), { repetitions: 3, calls: 7, warmupSeconds: 0.01 })).toMatchObject({ repetitions: 3, callsPerRepetition: 7 });
  });

  it("times a call longer than a slice three times, and a short one many times", () => {
    let calls = 0;
    const long = timed(() => void (calls++, spin(3_000_000)()), 0, 0.1);
    expect(calls).toBe(3);
    expect(long.median).toBeGreaterThanOrEqual(long.min);
    calls = 0;
    // Long enough that other work on the machine cannot take all of it.
    timed(() => void calls++, 0.3, 1);
    expect(calls).toBeGreaterThan(100);
  });

  it("sees the heap grow by what is kept, and not by what is dropped", () => {
    const held: Float64Array[] = [];
    expect(heapGrowth(() => held.push(new Float64Array(1000)), 200, 0)).toBeGreaterThan(1_500_000);
    expect(heapGrowth(() => new Float64Array(1000), 1000)).toBeLessThan(500_000);
  });
});
