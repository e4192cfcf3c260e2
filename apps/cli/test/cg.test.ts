import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import { convergence, quadraticPanel, rosenbrockPanel } from "../src/cg/figures.ts";
import { cli } from "../src/cli.ts";
import { recorder } from "./recorder.ts";

const points = ({ x, y }: { x: ArrayLike<number>; y: ArrayLike<number> }): [number, number][] => Array.from(x, (v, i) => [v, y[i]!]);

test("paths: conjugate gradient takes two steps, Newton one, steepest descent goes zigzag at right angles", () => {
  const { paths, minimum } = quadraticPanel();
  const [cg, steepest, newton] = paths.map(points) as [[number, number][], [number, number][], [number, number][]];
  expect([cg.length, newton.length]).toEqual([3, 2]);
  expect(steepest.length).toBeGreaterThan(8);
  for (const path of [cg, newton]) {
    expect(path.at(-1)![0]).toBeCloseTo(minimum[0], 10);
    expect(path.at(-1)![1]).toBeCloseTo(minimum[1], 10);
  }
  for (const path of [cg, steepest, newton]) expect(path[0]).toEqual(cg[0]);
  for (let k = 2; k < 8; k++) {
    const [a, b, c] = steepest.slice(k - 2, k + 1) as [[number, number], [number, number], [number, number]];
    const [u, v] = [[b[0] - a[0], b[1] - a[1]] as const, [c[0] - b[0], c[1] - b[1]] as const];
    expect((u[0] * v[0] + u[1] * v[1]) / Math.hypot(...u) / Math.hypot(...v)).toBeCloseTo(0, 10);
  }
});

test("level curves are level", () => {
  for (const level of rosenbrockPanel().levels) {
    const values = points(level).map(([x, y]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2);
    expect(Math.max(...values) / Math.min(...values)).toBeCloseTo(1, 8);
  }
  expect(rosenbrockPanel().paths.map((p) => p.x.length > 5)).toEqual([true, true, true]);
});

test.each([10, 100, 1000])("convergence at condition %i stays below 2 ((√κ − 1)/(√κ + 1))ᵏ", (kappa) => {
  const { measured, bound } = convergence(kappa, 60);
  expect(measured.length).toBeGreaterThan(30);
  Array.from(measured, (value, k) => expect(value).toBeLessThanOrEqual(bound[k]!));
  expect(bound[3]).toBeCloseTo(2 * ((Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1)) ** 3, 12);
});

test("rl cg writes SVG files that browsers read, and says which", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rl-cg-"));
  const { screen, text } = recorder();
  expect(await cli(["cg", "--all", "--out", folder], screen)).toBe(0);
  expect(text().trimEnd().split("\n")).toEqual(["path", "convergence"].map((name) => `Wrote ${path.join(folder, `cg-${name}.svg`)}`));
  for (const name of fs.readdirSync(folder)) {
    const svg = fs.readFileSync(path.join(folder, name), "utf8");
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*<\/svg>\s*$/);
    expect(svg).not.toContain("NaN");
    expect(svg).toContain(name.includes("path") ? "steepest descent" : "κ = 1000");
  }
  fs.rmSync(folder, { recursive: true, force: true });
});
