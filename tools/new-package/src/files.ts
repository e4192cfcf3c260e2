// The files of a new package, as text.

export interface NewPackage {
  readonly name: string;
  readonly description: string;
  /** Short names of the packages that it may import. */
  readonly imports: readonly string[];
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function manifest({ name, description }: NewPackage): string {
  return json({
    name: `@rl/${name}`,
    version: "0.0.0",
    description,
    license: "MIT",
    files: ["dist", "src", "README.md"],
    type: "module",
    sideEffects: false,
    exports: {
      ".": { "@rl/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
    },
    scripts: {
      build: "node ../../tools/check/src/build.ts",
      typecheck: "tsc -p tsconfig.json",
      unit: `vitest run --root ../.. packages/${name}/`,
      prepack: "turbo run build",
      tarball: "pnpm pack --config.ignore-scripts=true --out .pack/package.tgz",
      published: "node ../../tools/check/src/published.ts",
    },
    engines: { node: ">=20.19" },
  });
}

const source = `/** Arithmetic mean, x̄ = (1/n) Σᵢ xᵢ. values: [n], n ≥ 1. Throws for an empty list. A placeholder: replace it. */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new Error("mean: got no values; expected at least one. Give the list some numbers.");
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}
`;

const test = `import { expect, it } from "vitest";
import { mean } from "../src/index.ts";

it("gives the mean of a few numbers", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean(new Float64Array([0.5]))).toBe(0.5);
});

it("refuses an empty list and says what to do", () => {
  expect(() => mean([])).toThrow("got no values; expected at least one");
});
`;

const readme = ({ name, description }: NewPackage): string => `# @rl/${name}

${description}

\`\`\`sh
npm install @rl/${name}   # not on npm yet: "Install" in the README of the repository
\`\`\`

\`\`\`ts
import { mean } from "@rl/${name}";

console.log(mean([1, 2, 6])); // 3
\`\`\`

## Options

None yet.

## Deviations

None yet: name here what differs from the paper or the library that people know.

## Measured

Nothing yet: a figure stands here with the command that made it.
`;

/** Path below the package's folder → text. */
export function packageFiles(wanted: NewPackage): Record<string, string> {
  const base = "../../tools/config/tsconfig.base.json";
  return {
    "package.json": manifest(wanted),
    "README.md": readme(wanted),
    "tsconfig.json": json({ extends: base, compilerOptions: { types: ["node"] }, include: ["src", "test"] }),
    "tsconfig.build.json": json({
      extends: base,
      compilerOptions: { noEmit: false, rootDir: "src", outDir: "dist", customConditions: [], declarationMap: true },
      include: ["src"],
    }),
    "src/index.ts": `export { mean } from "./${wanted.name}.ts";\n`,
    [`src/${wanted.name}.ts`]: source,
    [`test/${wanted.name}.test.ts`]: test,
  };
}
