import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeVec, type AutoresetMode, type VecEnv } from "@rl/envs";

interface Step {
  a: (number | number[])[];
  o: number[][] | null;
  r: number[];
  te: number[];
  tr: number[];
  final: (number[] | null)[] | null;
}
const golden = JSON.parse(readFileSync(new URL("./golden/vector.json", import.meta.url), "utf8")) as {
  seed: number;
  numEnvs: number;
  runs: Record<string, { reset: number[][]; steps: Step[] }>;
};
const MODE: Record<string, AutoresetMode> = { SameStep: "same-step", NextStep: "next-step" };
const actionsOf = (a: (number | number[])[]): Int32Array | Float32Array =>
  typeof a[0] === "number" ? Int32Array.from(a as number[]) : Float32Array.from((a as number[][]).flat());

describe.each(["native", "sync"] as const)("recorded vectors of Gymnasium, %s form", (vectorization) => {
  it.each(Object.entries(golden.runs))("%s", (name, { reset, steps }) => {
    const [id, mode] = name.split(" ") as [string, string];
    const vec = makeVec(id, golden.numEnvs, { autoreset: MODE[mode]!, vectorization }) as VecEnv;
    expect(vec.reset({ seed: golden.seed }).observations).toEqual(Float32Array.from(reset.flat()));
    let ended = 0;
    for (const [t, step] of steps.entries()) {
      const result = vec.step(actionsOf(step.a));
      const where = `step ${t}`;
      if (step.o) expect(result.observations, where).toEqual(Float32Array.from(step.o.flat()));
      expect([...result.rewards], where).toEqual(step.r);
      expect([...result.terminated], where).toEqual(step.te);
      expect([...result.truncated], where).toEqual(step.tr);
      const size = result.observations.length / golden.numEnvs;
      step.te.forEach((te, row) => {
        if (!te && !step.tr[row]) return;
        ended++;
        const wanted = (step.final ?? step.o)![row]!;
        expect(result.finalObservations.slice(row * size, (row + 1) * size), where).toEqual(Float32Array.from(wanted));
      });
    }
    expect(steps).toHaveLength(260);
    expect(ended).toBeGreaterThan(2);
  });
});
