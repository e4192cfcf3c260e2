import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle, noChromium, runInChromium } from "../src/browser.ts";

describe.skipIf(noChromium() !== undefined)(`Chromium${noChromium() === undefined ? "" : ` (${noChromium()})`}`, () => {
  it("runs code, returns JSON, keeps the console, isolates the page", async () => {
    const { value, browser, console } = await runInChromium<unknown[]>(
      "console.log('hello', 7); return [1 + 1, isSecureContext, crossOriginIsolated, typeof process];",
    );
    expect(value).toEqual([2, true, true, "undefined"]);
    expect(browser).toMatch(/^Chromium \d+\./);
    expect(console).toEqual(["hello 7"]);
  });

  it("serves the files it is given and nothing else", async () => {
    const source = `
      const text = await (await fetch("/data.json")).json();
      const module = await import("/answer.js");
      return [text.a, module.answer, (await fetch("/none")).status];`;
    const { value } = await runInChromium(source, { files: { "data.json": '{"a":5}', "/answer.js": "export const answer = 42;" } });
    expect(value).toEqual([5, 42, 404]);
  });

  it("gives the errors of the page and gives up in time", async () => {
    await expect(runInChromium("throw new Error('broken inside');")).rejects.toThrow(/broken inside/);
    await expect(runInChromium("console.log('still here'); await new Promise(() => {});", { timeout: 1500 })).rejects.toThrow(
      /did not finish within 1500 ms\. Its console: still here/,
    );
  });

  it("runs several at once", async () => {
    const results = await Promise.all([1, 2, 3].map((n) => runInChromium<number>(`return ${n} * 2;`)));
    expect(results.map(({ value }) => value)).toEqual([2, 4, 6]);
  });

  it("runs a bundled TypeScript file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rl-bundle-"));
    try {
      writeFileSync(join(folder, "part.ts"), "export const half = (x: number): number => x / 2;");
      writeFileSync(join(folder, "main.ts"), 'import { half } from "./part.ts"; export const main = (): number => half(9);');
      expect((await runInChromium(`${await bundle(join(folder, "main.ts"))} return bundle.main();`)).value).toBe(4.5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
