import { describe, expect, it } from "vitest";
import type { Row } from "../src/bench.ts";
import { judge, judgeRow, parseTarget } from "../src/target.ts";

const row = (ours: number | undefined, extra: Partial<Row> = {}): Row => ({ work: "w", ours, unit: "M/s", better: "higher", ...extra });

describe("targets", () => {
  it.each([
    ["≥ 20 M/s", { relation: "≥", factor: 20, peer: undefined }],
    ["≤ 0.9 × JAX jit", { relation: "≤", factor: 0.9, peer: "JAX jit" }],
    ["≤ 1/8 × PyTorch", { relation: "≤", factor: 0.125, peer: "PyTorch" }],
    ["≥ 15 000 000 M/s", { relation: "≥", factor: 15e6, peer: undefined }],
    ["≤ 1e-6 M/s", { relation: "≤", factor: 1e-6, peer: undefined }],
  ] as const)("reads %s", (text, parsed) => expect(parseTarget(text, "M/s")).toEqual(parsed));

  it("refuses another unit, an unknown peer and nonsense, and says how a target reads", () => {
    expect(() => parseTarget("≥ 20 µs", "M/s")).toThrow('is in "µs" and its row in "M/s"');
    expect(() => parseTarget("≥ fast", "M/s")).toThrow('a target reads "≥ 20 M/s" or "≤ 0.9 × PEER"');
    expect(() => judge(row(1, { peers: { NumPy: 2 } }), "≥ 1 × Numpy")).toThrow("it has NumPy");
  });

  it("judges on the numbers, at the bound included", () => {
    expect(judge(row(20), "≥ 20 M/s")).toBe("met");
    expect(judge(row(19.999), "≥ 20 M/s")).toBe("missed");
    expect(judge(row(9, { peers: { JAX: 10 } }), "≤ 0.9 × JAX")).toBe("met");
    expect(judge(row(9.1, { peers: { JAX: 10 } }), "≤ 0.9 × JAX")).toBe("missed");
  });

  it("never calls met what was not measured", () => {
    expect(judge(row(undefined), "≥ 20 M/s")).toBe("not measured");
    expect(judge(row(Number.NaN), "≥ 20 M/s")).toBe("not measured");
    expect(judge(row(1, { peers: { JAX: undefined } }), "≤ 0.9 × JAX")).toBe("not measured");
    expect(judge(row(1), "≤ 0.9 × JAX")).toBe("not measured");
  });

  it("takes the worst of several", () => {
    expect(judgeRow(row(20, { target: ["≥ 10 M/s", "≥ 30 M/s"] }))).toBe("missed");
    expect(judgeRow(row(20, { target: ["≥ 10 M/s", "≥ 2 × JAX"], peers: { JAX: undefined } }))).toBe("not measured");
    expect(judgeRow(row(20, { target: ["≥ 10 M/s", "≤ 20 M/s"] }))).toBe("met");
    expect(judgeRow(row(20))).toBeUndefined();
  });
});
