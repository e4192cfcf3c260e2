import { masked, meanReturn } from "@rl-tools/test-envs";
import { describe, expect, it } from "vitest";
import { createPg } from "../src/index.ts";

describe("action masks", () => {
  it("come from info, hold while training and in act, and survive saving", () => {
    const options = {
      env: masked,
      numEnvs: 4,
      stepsPerEnv: 20,
      hiddenSizes: [16],
      iterations: 60,
      learningRate: 1e-2,
      normalizeRewards: false,
      normalizeAdvantages: true,
    } as const;
    const trainer = createPg(options);
    const seen: number[] = [];
    let half: object = {};
    for (const metrics of trainer.train()) {
      seen.push(metrics["rollout/ep_rew_mean"]);
      if (metrics["time/iterations"] === 30) half = structuredClone(trainer.state());
    }
    // One forbidden action would cost 100.
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect(meanReturn(masked, (row, mask) => trainer.act(row, { deterministic: true, masks: mask! }))).toBe(10);
    const again = createPg(options);
    again.restore(half);
    expect([...again.train()].map((metrics) => metrics["rollout/ep_rew_mean"])).toEqual(seen.slice(30));
    expect(() => trainer.act(Float32Array.of(1), { masks: new Uint8Array(3) })).toThrow("masks has 3 elements for 1 rows; expected 4");
    expect(() => trainer.act(Float32Array.of(1), { masks: [1, 0.5, 0, 0] })).toThrow("element 1 of masks is 0.5; expected 1 or true");
    expect(() => trainer.act({ speed: 1 } as never)).toThrow("act: observations are");
    const free = createPg({ env: "CartPole-v1" });
    expect(() => free.act(new Float32Array(4), { masks: [1, 0] })).toThrow("act: got masks, but this agent's environment gave none");
    expect(() => trainer.act(Float32Array.of(1), { deterministc: true } as never)).toThrow('act: unknown option "deterministc"');
    expect(() => trainer.act(Float32Array.of(1), 3 as never)).toThrow("act: options are 3; expected an object");
    // What is inherited is read, too.
    expect(() => trainer.act(Float32Array.of(1), Object.create({ deterministc: true }) as object)).toThrow('unknown option "deterministc"');
  });
});
