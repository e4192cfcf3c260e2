import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = readdirSync(join(root, "examples")).filter((name) => /^4\d-.*\.ts$/.test(name));

describe("the tours in examples/ print what they say", () => {
  test("all are here", () => expect(pages.length).toBeGreaterThanOrEqual(4));
  for (const page of pages) {
    test(page, () => {
      const source = readFileSync(join(root, "examples", page), "utf8");
      const promised = [...source.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line);
      const printed = execFileSync(process.execPath, ["--conditions=@rl/source", join("examples", page)], { cwd: root, encoding: "utf8" });
      expect(promised.length).toBeGreaterThan(2);
      expect(printed.trimEnd().split("\n")).toEqual(promised);
    });
  }
});
