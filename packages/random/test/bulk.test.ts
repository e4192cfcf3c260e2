/** The WebAssembly fills against the scalar methods, which golden.test.ts holds against NumPy. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { Generator } from "../src/index.ts";
import { readFileSync } from "node:fs";
import { bulkModule } from "../src/bulk.ts";
import { assemble } from "../wasm/build.ts";

const scalar = {
  fillRandom: (rng: Generator) => rng.random(),
  fillStandardNormal: (rng: Generator) => rng.standardNormal(),
  fillExponential: (rng: Generator) => rng.exponential(),
} as const;

describe.each(["fillRandom", "fillStandardNormal", "fillExponential"] as const)("%s", (method) => {
  it.each([0, 1, 15, 16, 17, 1000, 1023, 1024, 1025, 2048, 50_000])(
    "gives the scalar method's bits for %i draws, and leaves the stream where it would",
    (length) => {
      for (const seed of [0, 42, 123_456_789]) {
        const filled = new Generator(seed);
        const single = new Generator(seed);
        // A half-used output must survive.
        expect(filled.integers(0, 10)).toBe(single.integers(0, 10));
        const got = filled[method](new Float64Array(length));
        const expected = Float64Array.from({ length }, () => scalar[method](single));
        expect(Buffer.from(got.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
        expect(filled.state()).toEqual(single.state());
        expect(filled.integers(0, 10)).toBe(single.integers(0, 10));
      }
    },
  );
  it("rounds to float32", () => {
    const got = new Generator(7)[method](new Float32Array(10_000));
    const single = new Generator(7);
    expect(got.every((value) => Object.is(value, Math.fround(scalar[method](single))))).toBe(true);
  });
});

describe("the module", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });
  it("is used here", () => expect(bulkModule()).not.toBe(false));
  it("is what wasm/build.ts assembles", async () => {
    for (const [file, text] of Object.entries(await assemble()))
      expect(readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8")).toBe(text);
  });
  it("is done without where compiling is forbidden", async () => {
    vi.resetModules();
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          throw new Error("forbidden by the content security policy");
        }
      },
    });
    const fresh = await import("../src/index.ts");
    expect((await import("../src/bulk.ts")).bulkModule()).toBe(false);
    expect(new fresh.Generator(5).fillStandardNormal(new Float64Array(5000))).toEqual(
      new Generator(5).fillStandardNormal(new Float64Array(5000)),
    );
  });
});
