// Builds the package of the current folder: dist holds what src gives today and nothing older.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./workspace.ts";

rmSync("dist", { recursive: true, force: true });
const tsc = join(repositoryRoot, "node_modules/typescript/bin/tsc");
process.exitCode = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" }).status ?? 1;
