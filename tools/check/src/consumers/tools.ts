// The tools that people use packages with: how each runs or bundles the program.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commonProgram, type Entry, moduleProgram, TEST_END, typedCommon, typedModule } from "./programs.ts";

/** A project with every package installed, and its programs. */
export interface Project {
  readonly folder: string;
  readonly entries: readonly Entry[];
  /** Runs a command in the project's folder; its output, or an error with what it said. */
  run(command: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  /** The bin of a package that was installed for this, by its path in node_modules. */
  module(path: string): string;
}

export interface Tool {
  readonly name: string;
  /** What npm installs for it; nothing where the workspace has it. */
  readonly install: Readonly<Record<string, string>>;
  /** The major version of Node that it runs in, where not the workspace's. */
  readonly node?: number;
  /** What is tried → how; each gives the output of the program, or nothing where it only has to end well. */
  readonly tries: Readonly<Record<string, (project: Project, node: string) => Promise<string | undefined>>>;
  /** What a user has to set. */
  readonly takes?: string;
}

/** Writes the programs of every form, once. */
export function writePrograms(folder: string, entries: readonly Entry[]): void {
  const everywhere = entries.filter((entry) => entry.everywhere);
  const files: Record<string, string> = {
    "program.mjs": moduleProgram(entries),
    "program.cjs": commonProgram(entries),
    // A page: no modules of Node.
    "page.mjs": moduleProgram(everywhere),
    "module.test.mjs": moduleProgram(entries, TEST_END),
    "common.test.cjs": commonProgram(entries, TEST_END),
    "page.test.cjs": commonProgram(everywhere, TEST_END),
    "types.mts": typedModule(entries),
    "types.cts": typedCommon(entries),
    "jest.config.json": JSON.stringify({ testMatch: ["**/*.test.{mjs,cjs}"], moduleFileExtensions: ["js", "mjs", "cjs", "json"] }),
    "jest.babel.config.json": JSON.stringify({
      testMatch: ["**/*.test.cjs"],
      moduleFileExtensions: ["js", "cjs", "json"],
      transformIgnorePatterns: ["/node_modules/(?!@rl/)"],
      transform: { "\\.[cm]?js$": ["babel-jest", { plugins: ["@babel/plugin-transform-modules-commonjs"] }] },
    }),
    "webpack.config.cjs": `module.exports = { mode: "production", entry: "./page.mjs", target: "web", performance: { hints: false },
      output: { path: __dirname + "/bundles", filename: "webpack.cjs" } };\n`,
    "vite.config.mjs": `export default { logLevel: "error", build: { outDir: "bundles", emptyOutDir: false, modulePreload: { polyfill: false },
      rolldownOptions: { input: "page.mjs", output: { entryFileNames: "vite.mjs" } } } };\n`,
    "rollup.config.mjs": `import { nodeResolve } from "@rollup/plugin-node-resolve";
export default { input: "page.mjs", output: { file: "bundles/rollup.mjs" }, plugins: [nodeResolve({ browser: true })] };\n`,
  };
  mkdirSync(join(folder, "bundles"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const runtime = (name: string, node?: number): Tool => ({
  name,
  install: {},
  ...(node === undefined ? {} : { node }),
  tries: {
    import: (project, binary) => project.run(binary, ["program.mjs"]),
    require: (project, binary) => project.run(binary, ["program.cjs"]),
  },
});

const bundler = (
  name: string,
  install: Tool["install"],
  make: (project: Project, node: string) => Promise<unknown>,
  file: string,
): Tool => ({
  name,
  install,
  tries: {
    import: async (project, node) => {
      await make(project, node);
      return project.run(node, [join("bundles", file)]);
    },
  },
});

/** Type checks without the DOM's types, without Node's, libraries included. `require` of modules is TypeScript's since 5.8. */
function compiler(name: string, install: Tool["install"], path: string, { common }: { readonly common: boolean }): Tool {
  const check = (mode: readonly [module: string, resolution: string], file: string) => async (project: Project, node: string) => {
    const [module, moduleResolution] = mode;
    const compilerOptions = { noEmit: true, strict: true, target: "es2022", lib: ["es2022"], types: [], skipLibCheck: false };
    const config = `tsconfig.${path.replace(/\W/g, "-")}.${moduleResolution}.${file}.json`;
    writeFileSync(
      join(project.folder, config),
      JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution }, files: [file] }),
    );
    const tsc = existsSync(path) ? path : project.module(path);
    await project.run(node, [tsc, "-p", config]);
    return undefined;
  };
  const bundled = check(["esnext", "bundler"], "types.mts");
  const native = check(["nodenext", "nodenext"], "types.mts");
  return {
    name,
    install,
    tries: {
      import: async (project, node) => (await bundled(project, node), native(project, node)),
      ...(common ? { require: check(["nodenext", "nodenext"], "types.cts") } : {}),
    },
  };
}

/** Tools that the workspace has anyway, by the path of its root. */
export const ownTools = (root: string): Tool[] => [
  runtime("Node 24"),
  compiler("TypeScript 7", {}, join(root, "node_modules/typescript/bin/tsc"), { common: true }),
  bundler(
    "esbuild",
    {},
    async ({ folder }) =>
      (await import("esbuild")).build({
        absWorkingDir: folder,
        entryPoints: ["page.mjs"],
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        outfile: "bundles/esbuild.mjs",
        logLevel: "silent",
      }),
    "esbuild.mjs",
  ),
  bundler(
    "Rolldown",
    {},
    async ({ folder }) =>
      (await import("rolldown")).build({
        cwd: folder,
        input: "page.mjs",
        platform: "browser",
        output: { file: "bundles/rolldown.mjs", minify: true, codeSplitting: false },
      }),
    "rolldown.mjs",
  ),
];

const jest = (name: string, node: number | undefined, tries: Tool["tries"], takes: string): Tool => ({
  name,
  install: { jest: "^30.5.0", "babel-jest": "^30.5.0", "@babel/core": "^7.27.0", "@babel/plugin-transform-modules-commonjs": "^7.27.0" },
  ...(node === undefined ? {} : { node }),
  tries,
  takes,
});
const withModules =
  (file: string) =>
  (project: Project, node: string): Promise<string> =>
    project.run(node, ["--experimental-vm-modules", "--no-warnings", project.module("jest/bin/jest.js"), "-c", "jest.config.json", file]);

/** Tools that are installed for the occasion. */
export const otherTools: readonly Tool[] = [
  runtime("Node 20", 20),
  runtime("Node 22", 22),
  runtime("Node 26", 26),
  {
    name: "Bun",
    install: { bun: "^1.4.0" },
    tries: {
      import: (project) => project.run(project.module(".bin/bun"), ["program.mjs"]),
      require: (project) => project.run(project.module(".bin/bun"), ["program.cjs"]),
    },
  },
  {
    name: "Deno",
    install: { deno: "^2.9.0" },
    tries: {
      import: (project) => project.run(project.module(".bin/deno"), ["run", "-A", "--node-modules-dir=manual", "program.mjs"]),
      require: (project) => project.run(project.module(".bin/deno"), ["run", "-A", "--node-modules-dir=manual", "program.cjs"]),
    },
  },
  jest(
    "Jest",
    undefined,
    { import: withModules("module.test.mjs"), require: withModules("common.test.cjs") },
    "`NODE_OPTIONS=--experimental-vm-modules`; for `require` Node ≥ 24.9",
  ),
  jest(
    "Jest with Babel",
    20,
    {
      require: (project, node) => project.run(node, [project.module("jest/bin/jest.js"), "-c", "jest.babel.config.json", "page.test.cjs"]),
    },
    '`transformIgnorePatterns: ["/node_modules/(?!@rl/)"]` and `@babel/plugin-transform-modules-commonjs`',
  ),
  bundler("Vite", { vite: "^8.0.0" }, (project, node) => project.run(node, [project.module("vite/bin/vite.js"), "build"]), "vite.mjs"),
  bundler(
    "webpack",
    { webpack: "^5.100.0", "webpack-cli": "^7.0.0" },
    (project, node) => project.run(node, [project.module("webpack-cli/bin/cli.js")]),
    "webpack.cjs",
  ),
  bundler(
    "Rollup",
    { rollup: "^4.60.0", "@rollup/plugin-node-resolve": "^16.0.0" },
    (project, node) => project.run(node, [project.module("rollup/dist/bin/rollup"), "-c", "--silent"]),
    "rollup.mjs",
  ),
  ...["5.4", "5.9", "6.0"].map((version) =>
    compiler(`TypeScript ${version}`, { [`typescript-${version}`]: `npm:typescript@~${version}.0` }, `typescript-${version}/bin/tsc`, {
      common: Number(version) >= 5.8,
    }),
  ),
];
