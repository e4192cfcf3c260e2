import { EnvError, didYouMean, show } from "./errors.ts";
import type { AutoresetMode } from "./vec-env.ts";

export const AUTORESET_MODES: readonly AutoresetMode[] = ["same-step", "next-step", "disabled"];

/** Refuses autoreset modes that do not exist. */
export function checkAutoreset(call: string, mode: AutoresetMode): AutoresetMode {
  if (AUTORESET_MODES.includes(mode)) return mode;
  throw new EnvError(
    `${call}: autoreset is ${show(mode)}, expected one of ${AUTORESET_MODES.join(", ")}.${didYouMean(String(mode), AUTORESET_MODES)}`,
  );
}

/** Refuses masks of the wrong type or length, and a partial first reset. */
export function checkMask(mask: Uint8Array | undefined, rows: number, started: boolean): Uint8Array | undefined {
  if (mask === undefined) return undefined;
  if (!(mask instanceof Uint8Array) || mask.length !== rows) {
    throw new EnvError(`reset: mask is ${show(mask)}, expected a Uint8Array of length ${rows} with 1 for every row to reset.`);
  }
  if (!started && mask.includes(0))
    throw new EnvError("reset: the first reset must reach every row; call reset({ seed }) without a mask first.");
  return mask;
}

/** Refuses to step rows whose episode ended, in "disabled" mode. */
export function refuseEnded(ended: Uint8Array): void {
  const row = ended.indexOf(1);
  if (row >= 0) {
    throw new EnvError(
      `step: the episode of row ${row} has ended and autoreset is "disabled"; call reset({ mask }) with mask[${row}] = 1 first.`,
    );
  }
}
