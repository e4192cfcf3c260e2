// The workspace as the checks see it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/, "");

type Dependencies = Readonly<Record<string, string>>;
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
  readonly peerDependencies?: Dependencies;
}

/** A folder of packages/ or apps/: `folder` relative to the root, with forward slashes. */
export interface Workspace {
  readonly folder: string;
  readonly path: string;
  readonly short: string;
  readonly manifest: PackageJson;
}

export function workspaces(root: string, groups: readonly string[] = ["packages"]): Workspace[] {
  return groups.flatMap((group) =>
    readdirSync(join(root, group))
      .filter((name) => existsSync(join(root, group, name, "package.json")))
      .sort()
      .map((name) => {
        const path = join(root, group, name);
        return {
          folder: `${group}/${name}`,
          path,
          short: name,
          manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as PackageJson,
        };
      }),
  );
}

/** Subpath → source file, from the `@rl/source` condition of the exports. */
export function sourceEntries(manifest: PackageJson): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === "object" ? target["@rl/source"] : undefined;
    if (source !== undefined) entries[subpath] = source;
  }
  return entries;
}

/** Only for Node by its name: "./node" and below. */
export const isNodeSubpath = (subpath: string): boolean => subpath === "./node" || subpath.startsWith("./node/");

/** All files below a folder whose name ends in `ending`, as paths. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.split(/[/\\]/).includes("node_modules"))
    .sort()
    .map((name) => join(folder, name));
}

/** Ends a check: prints the findings and sets the exit code, or says what was looked at. */
export function conclude(check: string, findings: readonly string[], looked: string): void {
  if (findings.length === 0) {
    process.stdout.write(`${check}: ok, ${looked}\n`);
    return;
  }
  process.stderr.write(
    `${findings.join("\n")}\n\n${check}: ${findings.length} ${findings.length === 1 ? "finding" : "findings"} (${looked})\n`,
  );
  process.exitCode = 1;
}
