/** Modules of the user's own, which register environments: `--import ./my-env.ts`. */
import * as fs from "node:fs";
import * as module from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { quote } from "@rl/math/options";
import { toPath } from "@rl/train/node";
import { asUsage, UsageError } from "./errors.ts";

/** What `import` says where this Node cannot run a file. */
const CANNOT: Readonly<Record<string, string>> = {
  ERR_UNKNOWN_FILE_EXTENSION: `Node ${process.version} cannot run such files; use Node 24, or compile it to JavaScript`,
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    "Node only strips types; write it without enums, namespaces and parameter properties, or compile it to JavaScript",
  ERR_INVALID_TYPESCRIPT_SYNTAX: "it is not valid TypeScript",
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: "Node strips no types inside node_modules; compile it to JavaScript",
  ERR_MODULE_NOT_FOUND: "something that it imports is not there",
};

/** Where a module is that --import names. */
export function modulePath(file: string): string {
  const found = path.resolve(asUsage(() => toPath(file, "--import")));
  if (!fs.existsSync(found))
    throw new UsageError(`--import is ${quote(file)}, and there is no such file; give the path of a module that registers environments.`);
  if (!fs.statSync(found).isFile())
    throw new UsageError(`--import is ${quote(file)}, which is no file; give the path of a module that registers environments.`);
  return found;
}

/** Runs the modules, in their order; each once. `from` says where they are named, for errors. */
export async function importModules(files: readonly string[], from = "--import"): Promise<void> {
  if (files.length > 0) shareOwnPackages();
  for (const file of files) {
    if (!fs.existsSync(file))
      throw new UsageError(`${from} names ${quote(file)}, which is not there any more; say where it is with --import.`);
    try {
      await import(pathToFileURL(file).href);
    } catch (cause) {
      const { code, message } = (cause instanceof Error ? cause : { message: String(cause) }) as NodeJS.ErrnoException;
      const why = CANNOT[code ?? ""];
      throw new UsageError(`${file} cannot be imported: ${why === undefined ? message : `${why} (${message})`}`, { cause });
    }
  }
}

let shared = false;

/** Lets the user's modules have this program's own @rl packages: what registers in another copy of @rl/envs would not be found here. */
function shareOwnPackages(): void {
  // Node before 22.15 has no such hooks; there the module must find the same copy by itself.
  if (shared || typeof module.registerHooks !== "function") return;
  shared = true;
  module.registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith("@rl/")) return next(specifier, context);
      try {
        return next(specifier, { ...context, parentURL: import.meta.url });
      } catch {
        return next(specifier, context);
      }
    },
  });
}
