import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { make, spec, type Env } from "@rl/envs";

interface Recording {
  id: string;
  options: Record<string, unknown>;
  runs: { seed: number; episodes: Episode[] }[];
}
interface Episode {
  reset: number[];
  actions: (number | number[])[];
  observations: (number[] | null)[];
  rewards: number[];
  terminated: number[] | boolean[];
  truncated: number[] | boolean[];
  cut?: boolean;
}
type AnyEnv = Env<Float32Array, number | Float32Array>;

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Plays a recording; `exact` steps are compared bit for bit, the first 25 of others within 1e-6. */
function play(name: string, exact: boolean): { steps: number; compared: number; inexact: number } {
  const recording = load<Recording>(name);
  const env = make(recording.id, recording.options) as AnyEnv;
  let steps = 0;
  let compared = 0;
  let inexact = 0;
  const same = (got: Float32Array, wanted: number[], where: string): void => {
    if (exact) expect(got, where).toEqual(Float32Array.from(wanted));
    else
      wanted.forEach((value, i) => {
        expect(Math.abs(got[i]! - value), `${where} element ${i}`).toBeLessThanOrEqual(1e-6);
      });
    compared++;
  };
  for (const { seed, episodes } of recording.runs) {
    episodes.forEach((episode, k) => {
      const start = env.reset(k === 0 ? { seed } : undefined);
      same(start.observation, episode.reset, `seed ${seed} episode ${k} reset`);
      for (const [t, action] of episode.actions.entries()) {
        const result = env.step(typeof action === "number" ? action : Float32Array.from(action));
        const where = `seed ${seed} episode ${k} step ${t}`;
        steps++;
        if (!exact && t >= 25) {
          expect(result.truncated, where).toBe(t + 1 >= 500);
          if (result.terminated) break;
          continue;
        }
        const wanted = episode.observations[t];
        if (wanted) same(result.observation, wanted, where);
        if (name === "Pendulum-v1") {
          // NumPy squares the float32 torque by powf, which misrounds one square in a thousand: one float32 step of a term below 0.004.
          expect(Math.fround(result.reward), where).toBe(Math.fround(episode.rewards[t]!));
          expect(Math.abs(result.reward - episode.rewards[t]!), where).toBeLessThanOrEqual(2.4e-10);
          inexact += result.reward === episode.rewards[t] ? 0 : 1;
        } else expect(result.reward, where).toBe(episode.rewards[t]);
        expect(result.terminated, where).toBe(Boolean(episode.terminated[t]));
        expect(result.truncated, where).toBe(Boolean(episode.truncated[t]));
      }
    });
  }
  return { steps, compared, inexact };
}

describe("recorded episodes of Gymnasium", () => {
  it.each([
    ["CartPole-v0", 172],
    ["CartPole-v1", 172],
    ["CartPole-v1_sutton", 172],
    ["MountainCar-v0", 1800],
    ["MountainCarContinuous-v0", 1959],
    ["Pendulum-v1", 1800],
  ])("%s is equal bit for bit, rewards and flags too", (name, steps) => {
    const played = play(name, true);
    expect(played.steps).toBe(steps);
    expect(played.compared).toBeGreaterThan(150);
    expect(played.inexact).toBeLessThanOrEqual(9);
  });

  it("Acrobot-v1 is equal within 1e-6 for the first 25 steps of each episode", () => {
    expect(play("Acrobot-v1", false).compared).toBe(9 * 26);
  });

  it("has Gymnasium's time limits and thresholds", () => {
    const { specs } = load<{ specs: Record<string, { max_episode_steps: number; reward_threshold: number | null }> }>("specs");
    for (const [id, wanted] of Object.entries(specs)) {
      expect(spec(id)).toMatchObject({
        id,
        maxEpisodeSteps: wanted.max_episode_steps,
        rewardThreshold: wanted.reward_threshold ?? undefined,
      });
    }
    expect(Object.keys(specs)).toHaveLength(6);
  });
});
