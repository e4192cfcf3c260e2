/** The WebAssembly fills against the scalar methods, which golden.test.ts holds against NumPy. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { Generator } from "../src/index.ts";
import { readFileSync } from "node:fs";
import { bulkModule, type Bulk } from "../src/bulk.ts";
import { log1pMinus } from "../src/log1p-tail.ts";
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
  it("has the tails' logarithm to the bit", () => {
    const { log1pMinus: fast } = bulkModule() as Bulk;
    const rng = new Generator(1);
    // Uniform ones; small ones; those beside 1 − 2⁻ᵏ, where the fraction is tiny, and beside the bound where it begins to be reduced.
    const points = Array.from(rng.fillRandom(new Float64Array(50_000)));
    for (let i = 0; i < 20_000; i++) points.push(rng.random() * 2 ** -rng.integers(1, 54));
    for (const centre of [0, 2 ** -29, 0x12bec4 * 2 ** -22, ...Array.from({ length: 53 }, (_, k) => 1 - 2 ** -k)])
      for (let i = 0; i < 200; i++) for (const unit of [2 ** -53, 2 ** -40, 2 ** -24]) points.push(centre + i * unit, centre - i * unit);
    const inside = points.filter((u) => u >= 0 && u < 1);
    expect(inside.length).toBeGreaterThan(100_000);
    expect(inside.filter((u) => !Object.is(fast(u), log1pMinus(u)))).toEqual([]);
  });
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
