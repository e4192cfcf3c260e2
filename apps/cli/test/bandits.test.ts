import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const main = new URL("../src/main.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "rl-bandits-"));
const args = (...rest: string[]): string[] => ["--conditions=@rl/source", main, "bandits", ...rest];

describe("rl bandits", () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it("draws a figure in the terminal and writes it as SVG", () => {
    const file = join(folder, "fig.svg");
    const output = execFileSync(process.execPath, args("--figure", "2.4", "--tasks", "20", "--out", file), { encoding: "utf8" });
    expect(output).toContain("UCB c = 2");
    expect(output).toContain("average reward");
    const svg = readFileSync(file, "utf8");
    expect(svg).toMatch(/^<svg/);
    expect(svg).toContain("ε-greedy ε = 0.1");
    expect(svg).toContain("prefers-color-scheme: dark");
  });

  it("gives the same picture for the same seed", () => {
    const [a, b] = ["a.svg", "b.svg"].map((name) => {
      execFileSync(process.execPath, args("--figure", "2.1", "--seed", "4", "--out", join(folder, name)));
      return readFileSync(join(folder, name), "utf8");
    });
    expect(a).toBe(b);
  });

  it.each([
    [["--figure", "2.9"], /--figure is "2.9"; did you mean "2\.\d"/],
    [[], /needs --figure NAME or --all/],
    [["--figure", "2.2", "--out", "fig.png"], /expected a file name that ends with .svg/],
    [["--figure", "2.2", "--tasks", "many"], /--tasks is "many"/],
  ])("refuses %o in one line, exit 2", (rest, message) => {
    const { status, stderr } = spawnSync(process.execPath, args(...rest), { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(message);
  });
});
