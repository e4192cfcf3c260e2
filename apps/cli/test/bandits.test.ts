import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bandits } from "../src/commands/bandits.ts";
import { CLEAR_LINE, SHOW_CURSOR } from "../src/terminal/screen.ts";
import { recorder } from "./recorder.ts";
import { here } from "./rl.ts";

const main = new URL("../src/main.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "rl-bandits-"));
const args = (...rest: string[]): string[] => ["--conditions=@rl/source", main, "bandits", ...rest];

describe("rl bandits", () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it("draws a figure in the terminal and writes it as SVG", async () => {
    const file = join(folder, "fig.svg");
    const { stdout: output } = await here(folder, "bandits", "--figure", "2.4", "--tasks", "20", "--out", file);
    expect(output).toContain("UCB c = 2");
    expect(output).toContain("average reward");
    const svg = readFileSync(file, "utf8");
    expect(svg).toMatch(/^<svg/);
    expect(svg).toContain("ε-greedy ε = 0.1");
    expect(svg).toContain("prefers-color-scheme: dark");
  });

  it("writes all figures, each with its axes labelled, whatever the number of threads", async () => {
    const all = join(folder, "all");
    const output = execFileSync(process.execPath, args("--all", "--tasks", "3", "--out", all), { encoding: "utf8" });
    const names = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "exercise-2.5", "regret"];
    expect(readdirSync(all).toSorted()).toEqual(names.map((name) => `bandits-${name}.svg`));
    for (const name of names) {
      expect(output).toContain(`bandits-${name}.svg`);
      const svg = readFileSync(join(all, `bandits-${name}.svg`), "utf8");
      expect(svg).toContain("prefers-color-scheme: dark");
      expect(svg.match(/aria-roledescription="axis"/g)?.length ?? 0).toBeGreaterThanOrEqual(1);
    }
    expect(readFileSync(join(all, "bandits-regret.svg"), "utf8")).toContain("Lai–Robbins lower bound");
    await here(folder, "bandits", "--figure", "2.4", "--tasks", "3", "--out", "one.svg");
    expect(readFileSync(join(folder, "one.svg"), "utf8")).toBe(readFileSync(join(all, "bandits-2.4.svg"), "utf8"));
  });

  it("ends at Ctrl-C with 130 and gives the cursor back", async () => {
    const child = spawn(process.execPath, args("--all", "--tasks", "20000", "--out", join(folder, "stopped")));
    let output = "";
    child.stdout.on("data", (chunk: Uint8Array) => {
      if (output === "") child.kill("SIGINT");
      output += String(chunk);
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
  });

  it("shows how far all the work is", async () => {
    const { screen, text } = recorder({ live: true, columns: 60 });
    await bandits(screen, { figure: "2.3", tasks: 30, seed: 1 });
    expect(text()).toMatch(/━.* \d+ %  2\.3  optimistic/);
    // The bar is wiped before the picture and the cursor is back at the end.
    expect(text().endsWith(`${CLEAR_LINE}${SHOW_CURSOR}`)).toBe(true);
    for (const bar of text()
      .split("\u001b")
      .filter((part) => part.includes("━")))
      expect(bar.replace("[2K", "").length).toBeLessThan(60);
  });

  it("gives the same picture for the same seed", async () => {
    for (const name of ["a.svg", "b.svg"]) await here(folder, "bandits", "--figure", "2.1", "--seed", "4", "--out", name);
    expect(readFileSync(join(folder, "a.svg"), "utf8")).toBe(readFileSync(join(folder, "b.svg"), "utf8"));
  });

  it.each([
    [["--figure", "2.9"], /--figure is "2.9"; did you mean "2\.\d"/],
    [[], /needs either --figure NAME or --all/],
    [["--figure", "2.2", "--out", "fig.png"], /expected a file name that ends with .svg/],
    [["--figure", "2.2", "--tasks", "many"], /--tasks is "many"/],
    [["--figure", "2.2", "--tasks", "0"], /--tasks is "0"/],
    [["--figure", "2.2", "--seed", "-1"], /--seed is "-1"/],
    [["--figure", "toString"], /--figure is "toString"\. Choose one of/],
    [["--figure", "2.2", "--all"], /needs either --figure NAME or --all/],
    [["--all", "--out", "fig.svg"], /--out is "fig.svg", expected the name of a folder with --all/],
    [["--all", "--out", "/dev/null/figures"], /Cannot write into \/dev\/null\/figures \(ENOTDIR\); choose another place with --out/],
  ])("refuses %o in one line, exit 2", async (rest, message) => {
    const { code, stderr } = await here(folder, "bandits", ...rest);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(message);
  });
});
