import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { grad, inspect, tanh, zeros, type Tensor } from "../src/index.ts";
import { primitives } from "../src/primitives/index.ts";

const page = readFileSync(new URL("../../../docs/engine.md", import.meta.url), "utf8");
const y = (x: Tensor, w: Tensor, b: Tensor): Tensor => tanh(x.matmul(w).add(b)).mean();
const args = [zeros([3, 4]), zeros([4, 2]), zeros([2])];

test("docs/engine.md shows what inspect prints, line by line and in order", () => {
  const printed = String(inspect(y, args))
    .split("\n")
    .map((line) => line.trim());
  const blocks = [...page.matchAll(/^```(graph|plan|wat)\n([\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  for (const [, , block] of blocks) {
    let at = -1;
    for (const line of block!.trimEnd().split("\n")) {
      const next = printed.findIndex((other, i) => i > at && (other === line.trim() || other.startsWith(`${line.trim()} `)));
      expect(next, line).toBeGreaterThan(at);
      at = next;
    }
  }
});

test("the numbers in its text are right", () => {
  const slope = inspect((x: Tensor, w: Tensor, b: Tensor) => grad((v: Tensor) => y(x, v, b))(w), args);
  const count = (text: string): number => text.match(/ = /g)!.length;
  expect(page).toContain(`of ${count(slope.traced)} traced nodes ${count(slope.optimized)} remain`);
  expect(page).toContain(`There are ${primitives.size} primitives`);
});
