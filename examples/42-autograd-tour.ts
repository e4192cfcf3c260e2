// Automatic differentiation step by step: what is recorded, what backward() does, and what it refuses.
import { noGrad, tensor } from "@rl/tensor";

const x = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3], requiresGrad: true });
const y = x.add(2);
const z = y.mul(y).mul(3);
const out = z.mean();
console.log(x.gradFn, y.gradFn?.name, z.gradFn?.name, out.gradFn?.name); // → null add mul mean
console.log(x.grad); // → null
out.backward();
console.log(x.grad); // → Tensor float32[2, 3] [[3, 4, 5], [6, 7, 8]]
out.backward(); // gradients add up until zeroGrad()
console.log(x.grad); // → Tensor float32[2, 3] [[6, 8, 10], [12, 14, 16]]
x.zeroGrad();

// The flag follows the inputs; only tensors you made have one of their own.
console.log(y.requiresGrad, y.detach().requiresGrad, noGrad(() => x.add(2)).requiresGrad); // → true false false
const refused = (f: () => unknown): void => {
  try {
    f();
  } catch (error) {
    console.log((error as Error).message.split(/[;,(]/)[0]!.trim());
  }
};
refused(() => (y.requiresGrad = false)); // → requiresGrad: this tensor was computed by add
refused(() => z.backward()); // → backward: got a tensor of shape [2
z.backward(tensor([1, 0, 0, 0, 0, 10], { shape: [2, 3] })); // the gradient of sum(z · this)
console.log(x.grad); // → Tensor float32[2, 3] [[18, 0, 0], [0, 0, 480]]

// A value that a gradient still needs must not change.
const w = tensor([0, 1], { requiresGrad: true });
const e = w.exp();
e.add_(1);
refused(() => e.sum().backward()); // → backward: the result of exp
refused(() => w.sub_(1)); // → sub_: got a tensor made by you with requiresGrad
noGrad(() => w.sub_(1)); // but an optimiser may
console.log(w); // → Tensor float32[2] [-1, 0]
