// pnpm-lock.yaml serves every platform, not only that of whoever wrote it last: what an installed package offers as its optional dependencies (the
// binaries for macOS, Windows, Linux) is in the lockfile. Each machine still downloads only its own.
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conclude, repositoryRoot } from "./workspace.ts";

/** A package as it is installed: "oxlint@1.94.0" and the names of its optional dependencies. */
export interface Installed {
  readonly id: string;
  readonly optional: readonly string[];
}

/** "oxlint@1.94.0" → its optional dependencies, and everything that is locked: from the `snapshots` of a lockfile (version 9). */
export function readSnapshots(lockfile: string): { readonly optional: Map<string, Set<string>>; readonly locked: Set<string> } {
  const optional = new Map<string, Set<string>>();
  const locked = new Set<string>();
  let names = new Set<string>();
  let group = "";
  const [, snapshots = ""] = lockfile.split(/^snapshots:$/m);
  for (const line of snapshots.split("\n")) {
    const [, spaces = "", key = "", value = ""] = /^( +)'?([^':]+(?::[^ ':]+)*)'?:(?: (.*))?$/.exec(line) ?? [];
    if (spaces.length === 2) {
      const id = key.replace(/\(.*$/, "");
      names = optional.get(id) ?? new Set();
      optional.set(id, names);
      locked.add(id);
      group = "";
    } else if (spaces.length === 4) group = key;
    else if (spaces.length === 6 && group === "optionalDependencies") names.add(`${key}@${value.replace(/\(.*$/, "")}`);
  }
  return { optional, locked };
}

/** Findings: an optional dependency of an installed package that the lockfile does not give it, or names without locking it. */
export function missingPlatforms(lockfile: string, installed: readonly Installed[]): string[] {
  const { optional, locked } = readSnapshots(lockfile);
  return installed.flatMap(({ id, optional: wanted }) => {
    const names = [...(optional.get(id) ?? [])];
    const missing = wanted.filter((name) => !names.some((entry) => entry.startsWith(`${name}@`) && locked.has(entry)));
    return missing.length === 0
      ? []
      : [
          `pnpm-lock.yaml: ${id} lacks ${missing.join(", ")}; on those platforms it cannot start. Run pnpm install --lockfile-only --fix-lockfile and commit the lockfile.`,
        ];
  });
}

/** Every package of the store in node_modules that has optional dependencies. */
function installedPackages(): Installed[] {
  const store = join(repositoryRoot, "node_modules", ".pnpm");
  const children = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  return children(store).flatMap((entry) => {
    const modules = join(store, entry, "node_modules");
    const names = children(modules).flatMap((name) =>
      name.startsWith("@") ? children(join(modules, name)).map((below) => `${name}/${below}`) : [name],
    );
    // What is a link belongs to another package's folder.
    return names
      .filter((name) => !lstatSync(join(modules, name)).isSymbolicLink() && existsSync(join(modules, name, "package.json")))
      .map((name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")) as Manifest)
      .map(({ name, version, optionalDependencies = {} }) => ({ id: `${name}@${version}`, optional: Object.keys(optionalDependencies) }))
      .filter(({ optional }) => optional.length > 0);
  });
}
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

if (import.meta.main) {
  const installed = installedPackages();
  const findings = missingPlatforms(readFileSync(join(repositoryRoot, "pnpm-lock.yaml"), "utf8"), installed);
  if (installed.length === 0) findings.push("lockfile: nothing is installed in node_modules/.pnpm; run npm start or pnpm install first.");
  conclude("lockfile", findings, `${installed.length} packages with optional dependencies`);
}
