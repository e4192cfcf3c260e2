// Tensors: creation, dtypes, and every operation in four forms. What a line prints stands behind its arrow; a test compares.
import { Generator } from "@rl/random";
import { add, arange, empty, eye, linspace, ones, randomNormal, tensor, where, zeros } from "@rl/tensor";

console.log(
  tensor([
    [1, 2],
    [3, 4],
  ]),
); // → Tensor float32[2, 2] [[1, 2], [3, 4]]
console.log(zeros([3], { dtype: "uint8" })); // → Tensor uint8[3] [0, 0, 0]
console.log(ones([2], { dtype: "float64" }).dtype, empty([5, 3]).shape); // → float64 [ 5, 3 ]
console.log(arange(5), linspace(0, 1, 3)); // → Tensor int32[5] [0, 1, 2, 3, 4] Tensor float32[3] [0, 0.5, 1]
console.log(eye(2)); // → Tensor float32[2, 2] [[1, 0], [0, 1]]

// Random numbers come from a generator with a seed, never from nowhere.
console.log(randomNormal([3], new Generator(42))); // → Tensor float32[3] [0.304717, -1.03998, 0.750451]

// Function, method, into existing memory, in place (trailing underscore).
const x = tensor([1, 2, 3]);
const out = zeros([3]);
console.log(add(x, 10).equal(x.add(10)).all().item(), add(x, 10)); // → 1 Tensor float32[3] [11, 12, 13]
console.log(add(x, 10, { out }) === out, out); // → true Tensor float32[3] [11, 12, 13]
console.log(x.add_(10) === x, x); // → true Tensor float32[3] [11, 12, 13]

// Shapes stretch from the right; a number takes the dtype beside it; integers divide to floats.
console.log(tensor([[1], [2]]).mul(tensor([1, 10, 100]))); // → Tensor float32[2, 3] [[1, 10, 100], [2, 20, 200]]
console.log(tensor([7, 8], { dtype: "int32" }).div(2)); // → Tensor float32[2] [3.5, 4]
console.log(tensor([7, -7], { dtype: "int32" }).floorDivide(2)); // → Tensor int32[2] [3, -4]
console.log(tensor([127], { dtype: "int8" }).add(1)); // → Tensor int8[1] [-128]

// Reductions, matrix products, choice.
const m = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
console.log(m.sum(), m.mean(0), m.max(1, true)); // → Tensor float32[] 21 Tensor float32[3] [2.5, 3.5, 4.5] Tensor float32[2, 1] [[3], [6]]
console.log(m.matmul(m.t())); // → Tensor float32[2, 2] [[14, 32], [32, 77]]
console.log(where(m.greater(3), m, 0)); // → Tensor float32[2, 3] [[0, 0, 0], [4, 5, 6]]
console.log(m.softmax(1).sum(1)); // → Tensor float32[2] [1, 1]
