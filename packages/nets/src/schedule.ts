/** Values that change over a run. Progress goes from 0 at the start to 1 at the end. */
import { exp } from "@rl/math";

/**
 * A constant; a straight line from one value to another; an exponential approach from + (to − from)·(1 − e^(−progress/decay)), where decay > 0 is a share of
 * the run; or any function of progress.
 */
export type Schedule =
  | number
  | { readonly linear: readonly [from: number, to: number] }
  | { readonly exponential: readonly [from: number, to: number, decay: number] }
  | ((progress: number) => number);

/** The value of a schedule at a progress in [0, 1]. */
export function scheduleValue(schedule: Schedule, progress: number): number {
  if (typeof schedule === "number") return schedule;
  if (typeof schedule === "function") return schedule(progress);
  if ("linear" in schedule) {
    const [from, to] = schedule.linear;
    return from + (to - from) * progress;
  }
  if ("exponential" in schedule) {
    const [from, to, decay] = schedule.exponential;
    if (!(decay > 0))
      throw new RangeError(
        `schedule: got decay ${String(decay)} in { exponential: [${schedule.exponential.join(", ")}] }; expected a number > 0, a share of the run; give one, such as 0.2`,
      );
    return to + (from - to) * exp(-progress / decay);
  }
  throw new TypeError(
    `schedule: got ${JSON.stringify(schedule)}; expected a number, { linear: [from, to] }, { exponential: [from, to, decay] } or a function of progress; write one of these`,
  );
}
