/** The distribution that suits an action space and the options. */
import { exploration, type NetworkOptions } from "../options/network.ts";
import type { ActionKind } from "../spaces.ts";
import { categoricalHead } from "./categorical.ts";
import { gaussianHead } from "./gaussian.ts";
import type { ActionHead } from "./head.ts";
import { stateDependentHead } from "./state-dependent.ts";

export function chooseHead(where: string, action: ActionKind, options: NetworkOptions, inputs: number, autoHold?: number): ActionHead {
  if (action.kind !== "box") return categoricalHead(action.sizes);
  const { stateDependentStd, squashActions, hiddenSizes } = options;
  const { hold, logStdInit } = exploration(options, autoHold);
  if (squashActions) {
    for (let i = 0; i < action.size; i++) {
      if (!Number.isFinite(action.low[i]!) || !Number.isFinite(action.high[i]!)) {
        throw new Error(
          `${where}: squashActions needs bounded actions, and component ${i} reaches from ${action.low[i]} to ${action.high[i]}; leave squashActions out or give the space bounds.`,
        );
      }
    }
  }
  const unsquashed = options.scaleActions ? "scale" : "clip";
  if (hold !== null)
    return stateDependentHead(action.size, {
      width: hiddenSizes[hiddenSizes.length - 1] ?? inputs,
      logStdInit,
      sampleEvery: hold,
      boxActions: unsquashed,
    });
  return gaussianHead(action.size, { logStdInit, stateDependentStd, boxActions: squashActions ? "squash" : unsquashed });
}
