/**
 * Random programs on the wasm engine against the reference, as a command:
 *   node --conditions=@rl/source packages/tensor/test/wasm-programs.ts [count = 10000] [wide]
 * A failure is shrunk and printed as code.
 */
import { wasmEngine } from "../src/wasm/engine.ts";
import { enableWideVectors } from "../src/wasm/node.ts";
import { disagreement } from "./agreement.ts";
import { randomProgram } from "./random-programs.ts";
import { showProgram, shrink } from "./shrink.ts";

const count = Number(process.argv[2] ?? 10_000);
if (process.argv[3] === "wide") console.log(enableWideVectors());
const check = { fusedBits: false };
let failures = 0;
for (let seed = 0; seed < count; seed++) {
  const program = randomProgram(seed, { dtypes: ["float32", "float32", "float32", "int32", "uint8", "bool"] });
  let wrong: string | undefined;
  try {
    wrong = disagreement(wasmEngine, program, check);
  } catch (error) {
    wrong = String((error as Error).stack);
  }
  if (wrong === undefined) continue;
  failures++;
  const fails = (candidate: typeof program): boolean => {
    try {
      return disagreement(wasmEngine, candidate, check) !== undefined;
    } catch {
      return true;
    }
  };
  console.log(`seed ${seed}: ${wrong}\n${showProgram(shrink(program, fails))}\n`);
  if (failures >= 5) break;
}
console.log(failures === 0 ? `${count} programs agree` : `${failures} programs disagree`);
process.exitCode = failures === 0 ? 0 : 1;
