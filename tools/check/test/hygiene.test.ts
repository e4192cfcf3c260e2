import { describe, expect, it } from "vitest";
import { inspect } from "../src/hygiene.ts";
import { blocksOf } from "../src/readme.ts";

// Put together here, so that this file does not hold what it forbids.
const slash = "/";
const home = [slash, "home", slash, "someone", slash, "x"].join("");

describe("hygiene", () => {
  it.each([
    ["a.ts", `const path = "${home}";`],
    ["a.md", ["See ", slash, "tmp", slash, "out.txt"].join("")],
    ["a.md", `C:${"\\"}Users${"\\"}me`],
    ["pnpm-lock.yaml", "resolution: {tarball: https://registry.example.org/a.tgz}"],
    [".npmrc", "registry=https://registry.example.org"],
    ["a.test.ts", ["it", ".only(", '"x", () => {});'].join("")],
    ["a.ts", `x\n${"<".repeat(7)} HEAD\ny`],
  ])("finds what is wrong in %s: %s", (file, text) => {
    expect(inspect(file, text)).toHaveLength(1);
    expect(inspect(file, `first line\n${text.replace("x\n", "")}`)[0]).toContain(`${file}:2: `);
  });

  it("leaves alone what only looks like it", () => {
    expect(inspect("a.ts", 'import "./home/x.ts"; const url = "https://example.org/home/x"; // in /tmp, say; a/work/b')).toEqual([]);
    expect(inspect("a.md", "tarball: https://example.org")).toEqual([]);
  });
});

describe("README blocks", () => {
  it("takes the ts blocks that may run, with their lines", () => {
    const text = "# x\n\n```ts\nconst a = 1;\n```\n\n```ts no-run\nconst b = 2;\n```\n\n```sh\nls\n```\n\n```ts\nconst c = 3;\n```\n";
    expect(blocksOf("R", text)).toEqual([
      { readme: "R", line: 3, code: "const a = 1;\n" },
      { readme: "R", line: 15, code: "const c = 3;\n" },
    ]);
  });
});
