import { adam, clipGradNorm, mlp, categorical } from "@rl/nets";
import { Generator } from "@rl/random";
import { compile, inspect, tensor, minimum, valueAndGrad, zeros, ones, full, wasmEngine, type Tensor } from "@rl/tensor";
import { trace } from "../tensor/src/compile/compile.ts";
import { optimize } from "../tensor/src/passes/optimize.ts";
import { graphKey } from "../tensor/src/passes/key.ts";
const B = 64, obs = 4, H = 64;
const pi = mlp([obs, H, H, 2]), v = mlp([obs, H, H, 1]);
const rng = new Generator(0);
let params = { pi: pi.init(rng.fork("pi")), v: v.init(rng.fork("v")) };
const opt = adam({ learningRate: 3e-4 });
let state = opt.init(params);
const batch = { x: zeros([B, obs]), a: zeros([B], { dtype: "int32" }), adv: ones([B]), ret: ones([B]), lp: full([B], -Math.log(2)) };
const loss = (p: typeof params, b: typeof batch): Tensor => {
  const d = categorical(pi.apply(p.pi, b.x));
  const ratio = d.logProbability(b.a).sub(b.lp).exp();
  const pl = minimum(ratio.mul(b.adv), ratio.clamp(0.8, 1.2).mul(b.adv)).mean().neg();
  const vl = v.apply(p.v, b.x).squeeze(1).sub(b.ret).square().mean();
  return pl.add(vl.mul(0.5)).sub(d.entropy().mean().mul(0.01));
};
const update = (p: typeof params, s: typeof state, b: typeof batch) => { const { value, gradient } = valueAndGrad(loss)(p, b); const c = clipGradNorm(gradient, 0.5); return { ...opt.update(c.gradients, s, p), loss: value, norm: c.norm }; };
for (let r = 0; r < 3; r++) {
  const t0 = performance.now(); globalThis.gc?.(); const tr = trace(update as never, [params, state, batch], { donate: [0, 1] }, "x");
  const t1 = performance.now(); const g = optimize(tr.graph); const t2 = performance.now(); graphKey(g); const t3 = performance.now();
  wasmEngine.compile(g); const t4 = performance.now();
  console.log("trace", (t1 - t0).toFixed(1), "optimize", (t2 - t1).toFixed(1), "key", (t3 - t2).toFixed(1), "wasm", (t4 - t3).toFixed(1), "nodes", tr.graph.nodes.length, g.nodes.length);
}
const step = compile(update, { donate: [0, 1] });
let best = Infinity;
let r = step(params, state, batch);
for (let k = 0; k < 60; k++) { const t = performance.now(); for (let i = 0; i < 100; i++) r = step(r.params, r.state, batch); best = Math.min(best, (performance.now() - t) / 100); }
console.log("update µs", best * 1e3, r.loss.item());
