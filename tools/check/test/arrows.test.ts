import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkArrows, importsOf, nodeGlobalsOf } from "../src/arrows.ts";
import { repositoryRoot } from "../src/workspace.ts";

// A copy of the real packages and the real map, to spoil.
let copy = "";
let before = new Set<string>();
const withoutLine = (finding: string): string => finding.replace(/:\d+:/, ":");
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "rl-arrows-"));
  const filter = (path: string): boolean => !/[/\\](node_modules|dist|\.pack|\.turbo)$/.test(path);
  cpSync(join(repositoryRoot, "packages"), join(copy, "packages"), { recursive: true, filter });
  cpSync(join(repositoryRoot, "tools/config"), join(copy, "tools/config"), { recursive: true });
  for (const [folder, name] of [
    ["apps/cli", "@rl/cli"],
    ["tools/bench", "@rl-tools/bench"],
  ] as const) {
    mkdirSync(join(copy, folder, "src"), { recursive: true });
    writeFileSync(join(copy, folder, "package.json"), JSON.stringify({ name, version: "0.0.0" }));
    writeFileSync(join(copy, folder, "src/index.ts"), "export {};\n");
  }
  // Types only, for a package whose real arrows do not matter here.
  const path = join(copy, "tools/config/arrows.json");
  const arrows = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, string[]> };
  arrows.packages.bandits = ["random", "math", "data:types"];
  writeFileSync(path, JSON.stringify(arrows));
  before = new Set(checkArrows(copy).findings.map(withoutLine));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the check says after a line is put before a file, and not without it. */
function findingsWith(file: string, line: string): string[] {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${line} ${text}`);
  try {
    return checkArrows(copy).findings.filter((finding) => !before.has(withoutLine(finding)));
  } finally {
    writeFileSync(path, text);
  }
}

describe("arrows", () => {
  it.each([
    ["packages/envs/src/index.ts", 'import { tensor } from "@rl/tensor";', "imports @rl/tensor, and @rl/envs may import random, math"],
    ["packages/math/src/index.ts", 'export { Generator } from "@rl/random";', "imports @rl/random, and @rl/math may import nothing"],
    ["packages/bandits/src/index.ts", 'await import("@rl/envs");', "imports @rl/envs, and @rl/bandits may import"],
    ["packages/bandits/src/index.ts", 'import { batch } from "@rl/data";', 'make it "import type"'],
    ["packages/optim-cg/src/index.ts", 'import type { Generator } from "@rl/random";', "imports types of @rl/random"],
    ["packages/math/src/index.ts", 'import "lodash";', 'imports "lodash", and @rl/math may import nothing from outside @rl'],
    ["packages/random/src/index.ts", 'import { readFileSync } from "node:fs";', `imports Node's "node:fs" outside a ./node subpath`],
    ["packages/envs/src/index.ts", 'import { cpus } from "os";', `imports Node's "os" outside a ./node subpath`],
    ["packages/tensor/src/index.ts", "await import(globalThis.name);", "imports something computed"],
    ["packages/nets/src/index.ts", 'import "../../tensor/src/index.ts";', "reaches out of its own src"],
    ["packages/math/src/index.ts", 'import "./nowhere.ts";', '"./nowhere.ts" does not exist'],
  ])("refuses, in %s: %s", (file, line, message) => {
    const findings = findingsWith(file, line);
    expect(findings.join("\n")).toContain(message);
    expect(findings[0]).toContain(`${file}:1: `);
  });

  it.each([
    ["packages/math/src/index.ts", 'import { main } from "@rl/cli";'],
    ["packages/math/test/options.test.ts", 'import type { Chart } from "@rl/cli/charts";'],
    ["tools/bench/src/index.ts", 'await import("@rl/cli/algorithms");'],
    ["tools/bench/src/index.ts", 'import "../../../apps/cli/src/index.ts";'],
  ])("refuses an app, in %s: %s", (file, line) => {
    const finding = expect.stringContaining(`${file}:1: imports the app "`) as string;
    expect(findingsWith(file, line)).toContainEqual(finding);
  });

  it("refuses an app among the dependencies of a tool", () => {
    const path = join(copy, "tools/bench/package.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("{", '{"dependencies":{"@rl/cli":"workspace:*","@rl/math":"workspace:*"},'));
    const findings = checkArrows(copy).findings.filter((finding) => finding.startsWith("tools/"));
    writeFileSync(path, text);
    expect(findings).toEqual([expect.stringContaining("tools/bench/package.json: depends on the app @rl/cli")]);
  });

  it("accepts what the map allows", () => {
    expect(findingsWith("packages/envs/src/index.ts", 'import { Generator as G } from "@rl/random";')).toEqual([]);
    // Of a types-only arrow, what remains is that package.json must declare it.
    for (const line of [
      'import type { Batch } from "@rl/data";',
      'import { type Batch } from "@rl/data";',
      'export type { Batch } from "@rl/data";',
    ])
      expect(findingsWith("packages/bandits/src/index.ts", line)).toEqual([
        expect.stringContaining("which packages/bandits/package.json does not declare"),
      ]);
  });

  it("ends with exit code 1 and the finding when run as a command", () => {
    const file = join(copy, "packages/envs/src/index.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `import { grad } from "@rl/tensor";\n${text}`);
    const { status, stderr } = spawnSync(process.execPath, [join(repositoryRoot, "tools/check/src/arrows.ts"), "--root", copy], {
      encoding: "utf8",
    });
    writeFileSync(file, text);
    expect(stderr).toContain("packages/envs/src/index.ts:1: imports @rl/tensor");
    expect(status).toBe(1);
  });

  it("sees that Node's modules behind ./node are fine, and in a file that both reach are not", () => {
    const path = join(copy, "packages/math/package.json");
    const manifest = readFileSync(path, "utf8");
    writeFileSync(path, manifest.replace('"./package.json":', '"./node": { "@rl/source": "./src/node.ts" }, "./package.json":'));
    writeFileSync(join(copy, "packages/math/src/node.ts"), 'import "node:fs";\nimport "./shared.ts";\n');
    writeFileSync(join(copy, "packages/math/src/shared.ts"), 'import "node:os";\n');
    const math = (): string[] => checkArrows(copy).findings.filter((finding) => finding.startsWith("packages/math/src/"));
    const alone = math();
    const index = join(copy, "packages/math/src/index.ts");
    const text = readFileSync(index, "utf8");
    writeFileSync(index, `import "./shared.ts";\n${text}`);
    const shared = math();
    writeFileSync(index, `import "./node.ts";\n${text}`);
    const whole = math();
    for (const file of ["node.ts", "shared.ts"]) rmSync(join(copy, "packages/math/src", file));
    writeFileSync(index, text);
    writeFileSync(path, manifest);
    expect(alone).toEqual([]);
    expect(shared.join()).toContain(`packages/math/src/shared.ts:1: imports Node's "node:os"`);
    expect(whole.join()).toContain(`packages/math/src/node.ts:1: imports Node's "node:fs"`);
  });
});

describe("nodeGlobalsOf", () => {
  it("sees uses, not names or questions", () => {
    const text = `a.process = 1;\nif (typeof process === "object") b();\nconst c = globalThis.process?.versions;\nprocess.exit(1);\nlet d: Buffer;\nconst e = Buffer.from("");`;
    expect(nodeGlobalsOf("x.ts", text)).toEqual([
      { name: "process", line: 4 },
      { name: "Buffer", line: 6 },
    ]);
    expect(nodeGlobalsOf("x.ts", "function f(process: number): number { return process; }")).toEqual([]);
  });
});

describe("importsOf", () => {
  it("sees every form of import", () => {
    const text = `import a from "a";\nimport type { B } from "b";\nimport { type C } from "c";\nimport "d";\nexport { e } from "e";\nexport type { F } from "f";\nconst g = await import("g");\ntype H = import("h").H;\nawait import(name);`;
    expect(importsOf("x.ts", text)).toEqual([
      { specifier: "a", typeOnly: false, line: 1 },
      { specifier: "b", typeOnly: true, line: 2 },
      { specifier: "c", typeOnly: true, line: 3 },
      { specifier: "d", typeOnly: false, line: 4 },
      { specifier: "e", typeOnly: false, line: 5 },
      { specifier: "f", typeOnly: true, line: 6 },
      { specifier: "g", typeOnly: false, line: 7 },
      { specifier: "h", typeOnly: true, line: 8 },
      { specifier: undefined, typeOnly: false, line: 9 },
    ]);
  });
});
