// Builds the package of the current folder: dist holds what src gives today and nothing older. A package becomes one file per export and, where
// exports share code, chunks: Node takes about half a millisecond a file, so that a hundred small ones cost more to load than to run. A command keeps a
// file for each of its sources, since its threads load theirs by name.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { build } from "rolldown";
import { filesBelow, type PackageJson, repositoryRoot, sourceEntries } from "./workspace.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as PackageJson;
const bundled = manifest.bin === undefined;

rmSync("dist", { recursive: true, force: true });
const tsc = join(repositoryRoot, "node_modules/typescript/bin/tsc");
const flags = bundled ? ["--emitDeclarationOnly"] : [];
process.exitCode = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", ...flags], { stdio: "inherit" }).status ?? 1;

// TypeScript before 5.7 knows typed arrays without a parameter only; what an array's own constructor returns is the right type before and after.
for (const file of filesBelow("dist", ".d.ts")) {
  const text = readFileSync(file, "utf8");
  const readable = text.replace(/\b(\w+Array)<ArrayBuffer>/g, 'ReturnType<$1Constructor["of"]>');
  if (readable !== text) writeFileSync(file, readable);
}

/** "./src/wasm/node.ts" becomes dist/wasm/node.js, beside its declarations. */
const nameOf = (source: string): string => {
  const { dir, name } = parse(source.replace(/^\.\/src\//, ""));
  return join(dir, name);
};

if (bundled && process.exitCode === 0)
  await build({
    input: Object.fromEntries(Object.values(sourceEntries(manifest)).map((source) => [nameOf(source), source])),
    // Only a package's own files become one.
    external: /^[^./]/,
    platform: "neutral",
    tsconfig: "tsconfig.build.json",
    output: {
      dir: "dist",
      chunkFileNames: "shared-[hash].js",
      sourcemap: true,
      // The sources are in the tarball.
      sourcemapExcludeSources: true,
      minifyInternalExports: false,
    },
  });
