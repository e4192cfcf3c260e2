import { expect, test, vi } from "vitest";
import { compile, engineInfo, tensor, type Tensor } from "../src/index.ts";
import { enableWideVectors } from "../src/wasm/node.ts";

// A compiler whose joined vectors are wrong: the joined product leaves out the last of its terms.
vi.mock(import("../src/kernels/gemm.ts"), async (original) => {
  const real = await original();
  return { ...real, gemm: (shape, add) => real.gemm(shape.wide ? { ...shape, K: shape.K - 1 } : shape, add) };
});

test("joined vectors that give other bits are found by the self-test and not used", () => {
  const info = enableWideVectors();
  const major = Number(process.versions.node.split(".")[0]);
  expect(info).toEqual(engineInfo());
  expect(info.wide).toBe(false);
  expect(info.reason).toBe(
    major < 23
      ? `Node ${process.versions.node} cannot join vectors; Node 24 can`
      : "the self-test gave other bits with joined vectors than without",
  );
  expect(compile((x: Tensor) => x.matmul(x))(tensor([[1, 2], [3, 4]])).toArray()).toEqual([[7, 10], [15, 22]]); // prettier-ignore
});
