/** The operations as functions, by name: what the package exports under the name of a method, and what has no method. */
import * as index from "../src/index.ts";

type Any = (...args: unknown[]) => unknown;

/** Losses, normalisations, and what takes a list. */
export const WITHOUT_METHOD = "batchNorm binaryCrossEntropyWithLogits crossEntropy huber layerNorm mse smoothL1 stack".split(" ");

export const functions = Object.fromEntries(
  Object.entries(index).filter(([name]) => WITHOUT_METHOD.includes(name) || (name !== "grad" && name in index.Tensor.prototype)),
) as unknown as Readonly<Record<string, Any>>;
