// Derivatives of functions: grad, valueAndGrad, vjp, jvp, hvp. They nest, take trees, and work inside compile.
import { compile, grad, hvp, jvp, stopGradient, tensor, valueAndGrad, vjp, type Tensor } from "@rl/tensor";

const cube = (t: Tensor): Tensor => t.pow(3);
const at = tensor(2);
console.log(cube(at).item(), grad(cube)(at).item(), grad(grad(cube))(at).item(), grad(grad(grad(cube)))(at).item()); // → 8 12 12 6

// Parameters are plain trees; functions of them are pure.
const params = { weight: tensor([1, -1, 0.5, 2], { shape: [2, 2] }), bias: tensor([0, 1]) };
const x = tensor([1, 2, 3, 4], { shape: [2, 2] });
const loss = (p: typeof params, input: Tensor): Tensor => input.matmul(p.weight).add(p.bias).square().mean();
const { value, gradient } = valueAndGrad(loss)(params, x);
console.log(value.item(), gradient.bias); // → 20.25 Tensor float32[2] [3.5, 5]

// Hessian times vector without the Hessian, forward over reverse, and a compiled step.
const direction = { weight: tensor([1, 0, 0, 0], { shape: [2, 2] }), bias: tensor([0, 1]) };
console.log(hvp(loss, params, direction, x).bias); // → Tensor float32[2] [2, 1]
console.log(jvp((p: Tensor) => p.square(), [tensor([1, 2])], [tensor([1, 10])]).tangent); // → Tensor float32[2] [2, 40]
const { pullback } = vjp((a: Tensor, b: Tensor) => a.matmul(b), x, tensor([1, 1], { shape: [2, 1] }));
console.log(pullback(tensor([1, 2], { shape: [2, 1] }))[1]); // → Tensor float32[2, 1] [[7], [10]]

// What is stopped counts as a constant.
console.log(grad((a: Tensor) => a.mul(stopGradient(a)).sum())(tensor([3, 4]))); // → Tensor float32[2] [3, 4]

// compile traces the function once and runs one program from then on; donated arguments change in place.
const step = compile(
  (p: typeof params, input: Tensor, rate: number) => {
    const g = grad(loss)(p, input);
    return { weight: p.weight.sub(g.weight.mul(rate)), bias: p.bias.sub(g.bias.mul(rate)) };
  },
  { donate: [0] },
);
let current = params;
for (let i = 0; i < 200; i++) current = step(current, x, 0.03);
console.log(loss(current, x).item() < 0.2, String(params.bias)); // → true Tensor float32[2] (donated)
