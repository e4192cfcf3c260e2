/** One gigabyte of parameters in this process; prints what happened. Run by memory.test.ts under limits. */
import { compile, tensor, zeros, type Tensor } from "../src/index.ts";

let said = "it fits";
try {
  const step = compile((parameters: Tensor, slope: Tensor) => parameters.sub(parameters.mul(slope)), { donate: [0] });
  let parameters = zeros([1 << 28]);
  for (let i = 0; i < 2; i++) parameters = step(parameters, tensor(0.5));
} catch (error) {
  said = `${(error as Error).name}: ${(error as Error).message}`;
}
console.log(JSON.stringify({ said, still: compile((x: Tensor) => x.sum(), { engine: "reference" })(tensor([1, 2, 3])).item() }));
