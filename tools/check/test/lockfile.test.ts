import { expect, it } from "vitest";
import { missingPlatforms } from "../src/lockfile.ts";

const lockfile = (...binaries: readonly string[]): string => `lockfileVersion: '9.0'

packages:

  tool@1.2.0:
    optionalDependencies:
      tool-win32-x64: 1.2.0

snapshots:

${binaries.map((name) => `  '@tool/${name}@1.2.0':\n    optional: true\n`).join("\n")}
  tool@1.2.0(peer@3.0.0(other@1.0.0)):
    dependencies:
      tool-darwin-x64: 1.2.0
    optionalDependencies:
${binaries.map((name) => `      '@tool/${name}': 1.2.0`).join("\n")}

  plain@1.0.0: {}
`;
const tool = { id: "tool@1.2.0", optional: ["@tool/linux-x64", "@tool/darwin-arm64", "@tool/win32-x64"] };

it("finds nothing when every platform's binary is locked", () => {
  expect(missingPlatforms(lockfile("darwin-arm64", "linux-x64", "win32-x64"), [tool, { id: "plain@1.0.0", optional: [] }])).toEqual([]);
});

it("names the binaries that the lockfile of another platform lacks", () => {
  const [finding, ...others] = missingPlatforms(lockfile("linux-x64"), [tool]);
  expect(finding).toContain("tool@1.2.0 lacks @tool/darwin-arm64, @tool/win32-x64;");
  expect(others).toEqual([]);
});

it("finds a binary that is named but not locked, and a package that is not in the lockfile", () => {
  const cut = lockfile("darwin-arm64", "linux-x64", "win32-x64").replace("  '@tool/win32-x64@1.2.0':\n    optional: true\n", "");
  expect(missingPlatforms(cut, [tool])[0]).toContain("lacks @tool/win32-x64;");
  expect(missingPlatforms(cut, [{ id: "absent@1.0.0", optional: ["absent-linux"] }])[0]).toContain("absent@1.0.0 lacks absent-linux;");
});
