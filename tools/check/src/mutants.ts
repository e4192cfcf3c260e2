// Faults made by hand in the engine, one at a time, and whether the samples of long sweeps that npm test takes find them; where they do not, whether all cases do.
//   node tools/check/src/mutants.ts
// Sources are changed in place and put back: commit first. Prints the table of tools/bench/results/tests.md.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./workspace.ts";

interface Mutant {
  /** Below packages/tensor/src. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The sweep that should find it, below packages/tensor/test. */
  readonly sweep: string;
}

const mutants: readonly Mutant[] = [
  { file: "kernels/gemm.ts", from: "if (options.M % M) part(options.M % M);", to: "", sweep: "wasm-products" },
  { file: "kernels/gemm.ts", from: "part(rest, true);", to: "part(rest, options.accumulate === true);", sweep: "wasm-products" },
  { file: "kernels/gemm.ts", from: "f.advance(C, rows * options.rowC);", to: "f.advance(C, rows * options.rowA);", sweep: "wasm-products" },
  { file: "kernels/gemm.ts", from: "left -= 6 * count;", to: "left -= 6 * count + (count > 2 ? 1 : 0);", sweep: "wasm-products" },
  {
    file: "kernels/pack.ts",
    from: "if (columns % 4) four(columns % 4);",
    to: "if (columns % 4 > 1) four(columns % 4);",
    sweep: "wasm-products",
  },
  { file: "kernels/pack.ts", from: "if (K % 4) block(K % 4);", to: "if (K % 4 > 1) block(K % 4);", sweep: "wasm-products" },
  { file: "kernels/window-products.ts", from: "while (n % images) images--;", to: "", sweep: "wasm-sizes" },
  { file: "kernels/window-products.ts", from: "accumulate: transposed,", to: "accumulate: false,", sweep: "wasm-sizes" },
  { file: "kernels/reduce.ts", from: "0xff800000 | 0 :", to: "0xff7fffff | 0 :", sweep: "wasm-contract" },
  { file: "kernels/reduce.ts", from: "0xff800000 | 0 :", to: "0xff7fffff | 0 :", sweep: "wasm-programs" },
  { file: "passes/algebra.ts", from: "isFloat(n.dtype) ? -0 : 0)) return n.inputs[1];", to: "0)) return n.inputs[1];", sweep: "programs" },
  { file: "passes/algebra.ts", from: 'isOp(x, "neg") && n.dtype !== "uint8"', to: 'isOp(x, "neg")', sweep: "wasm-programs" },
  { file: "passes/algebra.ts", from: "size >= 7.888609052210118e-31", to: "size >= 1e-45", sweep: "programs" },
  { file: "wasm/heap.ts", from: "this.free.splice(i + 1, 1);\n      } else i++;", to: "i++;\n      } else i++;", sweep: "wasm-memory" },
  { file: "wasm/heap.ts", from: "if (entry.freed) return;", to: "", sweep: "wasm-memory" },
  {
    file: "wasm/heap.ts",
    from: "address: address + size, bytes: range.bytes - size",
    to: "address: address + size - 64, bytes: range.bytes - size + 64",
    sweep: "wasm-memory",
  },
];

/** Whether the sweep fails, with a sample of its cases or with all. */
function found({ sweep }: Mutant, all: boolean): boolean {
  const { RL_LONG: _, ...env } = process.env;
  const words = ["node_modules/vitest/vitest.mjs", "run", "--bail=1", `packages/tensor/test/${sweep}.test.ts`];
  return spawnSync(process.execPath, words, { cwd: repositoryRoot, env: all ? { ...env, RL_LONG: "1" } : env }).status !== 0;
}

console.log("| fault | sweep | found by the sample | by all cases |\n|---|---|---|---|");
for (const mutant of mutants) {
  const { file, from, to, sweep } = mutant;
  const path = join(repositoryRoot, "packages/tensor/src", file);
  const text = readFileSync(path, "utf8");
  if (text.split(from).length !== 2)
    throw new Error(
      `mutants: ${file} has ${JSON.stringify(from)} ${text.split(from).length - 1} times; expected once, so put here what stands there now.`,
    );
  let sample: boolean;
  let all: boolean;
  try {
    writeFileSync(path, text.replace(from, to));
    sample = found(mutant, false);
    all = sample || found(mutant, true);
  } finally {
    writeFileSync(path, text);
  }
  const change = to === "" ? `without \`${from}\`` : `\`${from}\` → \`${to}\``;
  console.log(`| ${file}: ${change.replaceAll(/\s*\n\s*/g, " ")} | ${sweep} | ${sample ? "yes" : "no"} | ${all ? "yes" : "no"} |`);
}
