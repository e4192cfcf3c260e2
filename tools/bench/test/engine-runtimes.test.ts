/** What the engine says where SIMD, WebAssembly or the right to compile is missing, and which path it takes where they are there. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, noChromium, runInChromium } from "@rl-tools/test-utils/browser";
import type { EngineInfo } from "@rl/tensor";
import { describe, expect, test } from "vitest";

const entry = fileURLToPath(new URL("../src/workloads/bits.ts", import.meta.url));
const main = fileURLToPath(new URL("../src/workloads/runtime-main.ts", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);

type Report = EngineInfo & { readonly same: boolean; readonly error: string; readonly reference: number };

function report(flags: readonly string[], words: readonly string[] = [], env: Record<string, string> = {}): Report {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, "--conditions=@rl/source", main, ...words], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

describe("engineInfo and enableWideVectors", () => {
  test("without the call: plain, and why", () => {
    expect(report([])).toMatchObject({
      simd: true,
      relaxedSimd: true,
      wide: false,
      reason: "enableWideVectors() of @rl/tensor/node was not called",
      error: "",
      reference: 6,
    });
  });
  test.skipIf(major < 24)("with it: joined, with the flags and the self-test named; calling again changes nothing", () => {
    const joined = report([], ["wide"]);
    expect(joined).toMatchObject({ wide: true, same: true, error: "" });
    expect(joined.reason).toMatch(/^V8 1\d\.\S+ with --experimental-wasm-revectorize.*; self-test passed$/);
    expect(report([], ["wide", "worker"])).toMatchObject({ wide: true, same: true });
  });
  test("RL_WIDE=0 switches it off", () => {
    expect(report([], ["wide"], { RL_WIDE: "0" })).toMatchObject({ wide: false, reason: "switched off by RL_WIDE=0", error: "" });
  });
});

describe("where something is missing", () => {
  // V8 has no flag against WebAssembly's SIMD itself; without SSE 4.1 it cannot have it.
  test.skipIf(process.arch !== "x64")("no SIMD: the error names the remedy, the reference engine works, joining says why not", () => {
    const without = report(["--no-enable-sse4-1"], ["wide"]);
    expect(without).toMatchObject({ simd: false, relaxedSimd: false, wide: false, reason: "no WebAssembly SIMD in this runtime" });
    expect(without.error).toMatch(
      /^wasm engine: this runtime has no WebAssembly with SIMD; expected .*; use setDefaultEngine\("reference"\)$/,
    );
    expect(without.reference).toBe(6);
  });

  test("no WebAssembly at all: the same error, and the reference engine works", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rl-jitless-"));
    try {
      const file = join(folder, "run.cjs");
      writeFileSync(file, `${await bundle(entry)}console.log(JSON.stringify([typeof WebAssembly, bundle.forbidden()]));`);
      const { stdout, stderr } = spawnSync(process.execPath, ["--jitless", file], { encoding: "utf8" });
      expect(stdout, stderr).not.toBe("");
      const [kind, { error, reference }] = JSON.parse(stdout) as [string, Report];
      expect(kind).toBe("undefined");
      expect(error).toMatch(/no WebAssembly with SIMD.*setDefaultEngine\("reference"\)/);
      expect(reference).toBe(6);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.skipIf(noChromium() !== undefined)(
    "a content security policy without 'wasm-unsafe-eval': the error names the remedy; with it, the engine runs",
    async () => {
      const under = async (policy: string): Promise<Report> => {
        const headers = { "Content-Security-Policy": policy };
        return (await runInChromium<Report>(`${await bundle(entry)}return bundle.forbidden();`, { headers })).value;
      };
      const strict = await under("script-src 'self' 'unsafe-inline'");
      expect(strict.error).toMatch(/refused to compile .*'wasm-unsafe-eval'.*setDefaultEngine\("reference"\)/);
      expect(strict.reference).toBe(6);
      expect(await under("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")).toEqual({ error: "", reference: 6 });
    },
  );
});
