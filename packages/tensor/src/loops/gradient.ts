import type { Creator } from "../graph-node.ts";
import type { Tensor } from "../tensor.ts";

/** Cotangents of a loop's inputs from those of its results. */
export function loopGradient(
  _made: Creator,
  _cotangents: readonly (Tensor | undefined)[],
  _needs: readonly boolean[],
): readonly (Tensor | undefined)[] {
  throw new Error(
    "grad: cannot differentiate through loop or scan yet; differentiate inside the body, or write the repetition as a JavaScript loop",
  );
}
