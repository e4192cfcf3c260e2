/** Against correctly rounded values that mpmath computed. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as math from "@rl/math";
import { fromHex, ulps } from "./ulp.ts";

type Cases = Record<string, string[][]>;
const read = (file: string): Cases =>
  (JSON.parse(readFileSync(new URL(`golden/${file}`, import.meta.url), "utf8")) as { cases: Cases }).cases;
const functions: Readonly<Record<string, unknown>> = { ...math, loggamma: (math as Record<string, unknown>)["logGamma"] };

function compare(name: string, rows: readonly string[][]): { worst: number; unequal: string[] } {
  const f = functions[name] as (...args: number[]) => number;
  let worst = 0;
  const unequal: string[] = [];
  for (const row of rows) {
    const args = row.map(fromHex);
    const expected = args.pop() as number;
    const got = f(...args);
    const distance = ulps(got, expected);
    worst = Math.max(worst, distance);
    if (distance > 0) unequal.push(`${name}(${args.join(", ")}) = ${got}, expected ${expected}`);
  }
  return { worst, unequal };
}

const random = read("math.json");
const known = Object.keys(random).filter((name) => typeof functions[name] === "function");

describe("random arguments", () => {
  it("has every function of the contract", () => {
    expect(known).toEqual(
      expect.arrayContaining("sin cos tan exp expm1 log log1p log2 pow tanh sinh cosh atan atan2 asin acos hypot".split(" ")),
    );
  });
  it.each(known)("%s is correctly rounded on every row", (name) => {
    const rows = random[name] as string[][];
    expect(rows.length).toBeGreaterThanOrEqual(120);
    expect(compare(name, rows)).toEqual({ worst: 0, unequal: [] });
  });
});

// Results an unmeasurable bit above half way between two numbers: 1 + 2⁻⁵³ + ….
const halfWay: Record<string, number> = { exp: 1, cosh: 1 };

const hard = read("hard.json");
describe("arguments that are hard for a reason", () => {
  it.each(Object.keys(hard))("%s", (name) => {
    const { worst, unequal } = compare(name, hard[name] as string[][]);
    expect(worst).toBeLessThanOrEqual(1);
    expect(unequal, unequal.join("\n")).toHaveLength(halfWay[name] ?? 0);
  });
});
