import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { convergenceChart, lineChart, lineCharts, pathChart, violinChart } from "../src/index.ts";

const x = [1, 2, 3, 4, 5];
const first = { name: "a", x, y: [1, 4, 9, 16, 25], low: [0, 3, 8, 15, 24], high: [2, 5, 10, 17, 26] };
const second = { name: "b, dashed", x, y: [5, 4, 3, 2, 1], dashed: true };
const labels = { title: "t", xLabel: "x", yLabel: "y" };
const rule = { y: 7, label: "solved" };

// The bytes that `rl` drew before its charts became this package.
it.each([
  ["lineChart", "5a647bb6dc9d9da3", () => lineChart([first, second], { ...labels, rule, xScale: "log2" })],
  [
    "lineCharts",
    "68c62dad0f10122c",
    () =>
      lineCharts([
        { series: [first, second], options: { ...labels, yScale: "log" } },
        { series: [second], options: { ...labels, title: "u", yFormat: ".0%" } },
      ]),
  ],
  [
    "violinChart",
    "677387b76a7fc796",
    () =>
      violinChart(
        [
          { name: "g", samples: [1, 2, 2, 3, 5], mean: 2.6 },
          { name: "k", samples: [0, 1, 1], mean: 0.7 },
        ],
        { ...labels, title: "v" },
      ),
  ],
  [
    "pathChart",
    "ee1c1bf1e7fe1e59",
    () =>
      pathChart([
        {
          title: "p",
          levels: [{ x: [0, 1, 0], y: [0, 0, 1] }],
          paths: [{ name: "cg", x: [0, 0.333333, 1], y: [1, 0.77777, 0] }],
          minimum: [1, 0],
          xDomain: [-1, 2],
          yDomain: [-1, 2],
          width: 200,
        },
      ]),
  ],
  [
    "convergenceChart",
    "8e7b0506ee6f1977",
    () =>
      convergenceChart([{ name: "n", measured: [1, 0.1, 0.01], bound: [2, 0.5, 0.1] }], {
        title: "c",
        yLabel: "e",
        yDomain: [1e-3, 10],
      }),
  ],
] as const)("%s gives the bytes it always gave, the second time too", async (_, hash, draw) => {
  const svg = await draw();
  expect(createHash("sha256").update(svg).digest("hex").slice(0, 16)).toBe(hash);
  expect(await draw()).toBe(svg);
});

it("writes title, labels and rule as text", async () => {
  const svg = await lineChart([first], { ...labels, title: "Return & more", rule });
  expect(svg.startsWith("<svg")).toBe(true);
  for (const text of ["Return &amp; more", ">solved<"]) expect(svg).toContain(text);
});
