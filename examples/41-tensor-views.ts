// Views share memory: with their base, and with the typed array underneath. Engines have memory of their own.
import { arange, tensor, zeros } from "@rl/tensor";

const base = zeros([3, 4]);
base.slice("1:, ::2").fill_(7); // Python's positions; numbers and [start, stop, step] work too: base.slice([1, null], [null, null, 2])
console.log(base); // → Tensor float32[3, 4] [[0, 0, 0, 0], [7, 0, 7, 0], [7, 0, 7, 0]]
const row = base.slice(2);
base.fill_(1);
console.log(row, row.isView); // → Tensor float32[4] [1, 1, 1, 1] true

// Reshape, transpose, unsqueeze, expand and flip are views too.
const m = arange(6).cast("float32").reshape([2, 3]);
m.transpose()
  .slice(0)
  .copy_(tensor([-1, -2]));
console.log(m); // → Tensor float32[2, 3] [[-1, 1, 2], [-2, 4, 5]]
console.log(m.unsqueeze(1).shape, m.slice(0).expand([2, 3]).strides); // → [ 2, 1, 3 ] [ 0, 1 ]
console.log(m.t_().shape, m); // → [ 3, 2 ] Tensor float32[3, 2] [[-1, -2], [1, 4], [2, 5]]

// A typed array and its tensor are one memory, in both directions; clone() and read() are copies.
const array = Float32Array.of(1, 2, 3, 4);
const shared = tensor(array, { shape: [2, 2] });
array[0] = 10;
shared.slice("1, 1").fill_(40);
console.log(shared, array[3], shared.data() === array); // → Tensor float32[2, 2] [[10, 2], [3, 40]] 40 true
shared.clone().zero_();
console.log(array[0]); // → 10

// Another engine, and a clear error when data there is read as if it were here.
const far = shared.to("wasm");
console.log(far.device, far.add(1).toArray()); // → wasm [ [ 11, 3 ], [ 4, 41 ] ]
try {
  far.data();
} catch (error) {
  console.log((error as Error).message.split(";")[0]); // → data(): this tensor lives in the memory of engine "wasm", which cannot be shared
}
console.log(far.to("local").data()[0]); // → 10
