import { describe, expect, it } from "vitest";
import { defineBench } from "../src/bench.ts";
import { peerReport } from "../src/peers.ts";
import { figure, makeReport, toMarkdown } from "../src/report.ts";

const bench = defineBench({ name: "demo", description: "What it is.", run: () => [] });

describe("report", () => {
  it.each([
    [15_230_000, "15 230 000"],
    [0.95134, "0.9513"],
    [20.004, "20.00"],
    [1234.5, "1 235"],
    [0, "0"],
    [undefined, "–"],
    [1e20, "1.000e+20"],
  ])("writes %s as %s", (value, text) => expect(figure(value)).toBe(text));

  it("puts ours, peers, ratio in our favour, the figure to reach and the verdict in a row", () => {
    const rows = [
      { work: "speed", ours: 30, unit: "M/s", better: "higher", peers: { NumPy: 10 }, target: "≥ 2 × NumPy" },
      { work: "time", ours: 50, unit: "µs", better: "lower", peers: { NumPy: 25 }, target: "≤ 1 × NumPy", stretch: "≤ 100 µs" },
      { work: "alone", ours: undefined, unit: "µs", better: "lower", target: "≤ 1 µs" },
    ] as const;
    const markdown = toMarkdown(makeReport(bench, "pnpm bench demo", { NumPy: "2.3" }, rows, ["A remark."]));
    const cells = markdown
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(cells[0]).toEqual(["work", "ours", "unit", "NumPy", "better than NumPy", "to reach", "met"]);
    expect(cells[2]).toEqual(["speed", "30.00", "M/s", "10.00", "3.000 ×", "≥ 2 × NumPy", "yes"]);
    expect(cells[3]).toEqual(["time", "50.00", "µs", "25.00", "0.5000 ×", "≤ 1 × NumPy", "NO; stretch ≤ 100 µs: met"]);
    expect(cells[4]).toEqual(["alone", "–", "µs", "", "", "≤ 1 µs", "not measured"]);
    expect(markdown).toContain("`pnpm bench demo`");
    expect(markdown).toMatch(/Versions: Node \d+\.\d+\.\d+, V8 [\d.]+\S*, NumPy 2\.3/);
    expect(markdown).toContain("A remark.");
  });

  it("refuses two rows of one name", () => {
    const row = { work: "w", ours: 1, unit: "µs", better: "lower" } as const;
    expect(() => makeReport(bench, "c", {}, [row, row], [])).toThrow('two rows named "w"');
  });
});

describe("peers", () => {
  it("collects figures, versions and errors, and leaves chatter alone", () => {
    const report = peerReport();
    expect(report.add('{"version": {"PyTorch": "2.9.0"}}')).toBe(true);
    expect(report.add('{"work": "w", "peer": "PyTorch", "value": 859.5, "unit": "µs"}')).toBe(true);
    expect(report.add('{"work": "m", "peer": "PyTorch", "value": 2, "unit": "µs", "median": 3}')).toBe(true);
    expect([report.median("m", "PyTorch"), report.median("w", "PyTorch")]).toEqual([3, undefined]);
    expect(report.add('{"work": "w", "peer": "JAX", "error": "ImportError: no jax"}')).toBe(true);
    expect(report.add("WARNING: something")).toBe(false);
    expect(report.add("3")).toBe(false);
    expect(report.row("w", "µs", ["PyTorch", "JAX"])).toEqual({ PyTorch: 859.5, JAX: undefined });
    expect(report.versions).toEqual({ PyTorch: "2.9.0" });
    expect(report.errors).toEqual([{ work: "w", peer: "JAX", error: "ImportError: no jax" }]);
    expect(() => report.get("w", "PyTorch", "ms")).toThrow("in µs, ours is in ms");
  });
});
