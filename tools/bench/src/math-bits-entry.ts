/** What the bench `math-bits` runs in each engine: hashes of @rl/math and, to compare, of the engine's own Math. */
import * as math from "@rl/math";
import { mathBits } from "@rl-tools/test-utils/math-bits";

export const run = (): { ours: Record<string, string>; theirs: Record<string, string> } => ({
  ours: mathBits(math),
  theirs: mathBits(Math as unknown as Record<string, unknown>),
});
