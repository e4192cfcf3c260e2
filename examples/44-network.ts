// A network learns exclusive or: parameters as a plain tree, one compiled step that changes them in place, same seed, same bits.
import { adam, clipGradNorm, mlp, orthogonal, summary } from "@rl/nets";
import { Generator } from "@rl/random";
import { binaryCrossEntropyWithLogits, compile, tensor, valueAndGrad } from "@rl/tensor";

const network = mlp([2, 8, 1], { activation: "tanh", weight: orthogonal(Math.SQRT2) });
for (const line of summary(network, [2]).split("\n")) console.log(line.trimEnd());
// → layer               output  parameters
// → input               [B, 2]
// → linear 2 → 8, tanh  [B, 8]          24
// → linear 8 → 1        [B, 1]           9
// → total                               33

const inputs = tensor([0, 0, 0, 1, 1, 0, 1, 1], { shape: [4, 2] });
const targets = tensor([0, 1, 1, 0], { shape: [4, 1] });
const optimizer = adam({ learningRate: 0.05 });

let params = network.init(new Generator(1));
let state = optimizer.init(params);
const step = compile(
  (p: typeof params, s: typeof state) => {
    const { value, gradient } = valueAndGrad((q: typeof params) => binaryCrossEntropyWithLogits(network.apply(q, inputs), targets))(p);
    const clipped = clipGradNorm(gradient, 1);
    return { ...optimizer.update(clipped.gradients, s, p), loss: value };
  },
  { donate: [0, 1] },
);
for (let i = 0; i < 200; i++) ({ params, state } = step(params, state));
const likely = network.apply(params, inputs).sigmoid();
console.log(likely.round().reshape([4]).toArray()); // → [ 0, 1, 1, 0 ]
console.log("largest error below 0.02:", likely.sub(targets).abs().max().item() < 0.02); // → largest error below 0.02: true
