/**
 * Random programs on the wasm engine against the reference, as a command:
 *   node --conditions=@rl/source packages/tensor/test/wasm-programs.ts [count = 10000] [wide]
 * A failure is shrunk and printed as code. Ends with a hash of all results (and of the golden cases): it must be the same with and without "wide".
 */
import { compile, type Tensor } from "../src/index.ts";
import { wasmEngine } from "../src/wasm/engine.ts";
import { enableWideVectors } from "../src/wasm/node.ts";
import { goldenCases, load, operationOf } from "./golden.ts";
import { disagreement } from "./agreement.ts";
import { randomProgram, type RandomProgram } from "./random-programs.ts";
import { showProgram, shrink } from "./shrink.ts";

const count = Number(process.argv[2] ?? 10_000);
if (process.argv[3] === "wide") console.log(enableWideVectors());
const check = { fusedBits: false };

/** NaN counts as one value: its payload is the processor's. */
let digest = 0x811c9dc5;
const word = new Float32Array(1);
const bits = new Int32Array(word.buffer);
function note(results: readonly ArrayLike<number>[]): void {
  for (const result of results) {
    for (let i = 0; i < result.length; i++) {
      word[0] = result[i]!;
      digest = Math.imul(digest ^ (word[0] !== word[0] ? 0x7fc00000 : bits[0]!), 0x01000193) ^ (digest >>> 15);
    }
  }
}
let failures = 0;
let made = 0;
for (let seed = 0; made < count; seed++) {
  let program: RandomProgram;
  try {
    program = randomProgram(seed, { dtypes: ["float32", "float32", "float32", "int32", "uint8", "bool"] });
  } catch {
    continue; // The generator met its size limit in the middle of an operation.
  }
  made++;
  // Programs out of use are collected between turns.
  if (made % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  let wrong: string | undefined;
  try {
    wrong = disagreement(wasmEngine, program, check);
    note(
      wasmEngine
        .compile(program.graph)
        .run(program.inputs)
        .map((result) => ("read" in result ? result.read() : result)),
    );
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
for (const golden of goldenCases) {
  const operation = operationOf(golden.op);
  if (operation)
    note([compile((...x: Tensor[]) => operation(x, golden.attributes))(...golden.inputs.map((input) => load(input, "float32"))).read()]);
}
console.log(`hash ${(digest >>> 0).toString(16)}`);
console.log(failures === 0 ? `${count} programs agree` : `${failures} programs disagree`);
process.exitCode = failures === 0 ? 0 : 1;
