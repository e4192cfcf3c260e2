import { Box, Discrete, type VecEnv } from "@rl/envs";

/** What a row does at each of its steps; runs round and round. */
export interface ScriptedStep {
  readonly reward: number;
  readonly end?: "terminated" | "truncated" | "both";
}

/**
 * A vector environment that plays scripts. An observation is [row, steps within the episode, steps in all]; in the step that ends an
 * episode `observations` shows the new start and `finalObservations` the end, as same-step autoreset says.
 */
export function scriptedEnv(scripts: readonly (readonly ScriptedStep[])[]): VecEnv & { readonly received: number[] } {
  const numEnvs = scripts.length;
  const observations = new Float32Array(numEnvs * 3);
  const finalObservations = new Float32Array(numEnvs * 3);
  const rewards = new Float64Array(numEnvs);
  const terminated = new Uint8Array(numEnvs);
  const truncated = new Uint8Array(numEnvs);
  const result = { observations, rewards, terminated, truncated, finalObservations, infos: {} };
  const received: number[] = [];
  const show = (n: number, inEpisode: number, inAll: number): void => {
    observations[3 * n] = n;
    observations[3 * n + 1] = inEpisode;
    observations[3 * n + 2] = inAll;
  };
  return {
    numEnvs,
    autoreset: "same-step",
    spec: undefined,
    observations,
    received,
    singleObservationSpace: new Box<"float32">({ low: -Infinity, high: Infinity, shape: [3] }),
    singleActionSpace: new Discrete(3, { start: 5 }),
    reset() {
      for (let n = 0; n < numEnvs; n++) show(n, 0, 0);
      return { observations, infos: {} };
    },
    step(actions: Int32Array) {
      for (let n = 0; n < numEnvs; n++) {
        if (received.length < 100) received.push(actions[n]!);
        const script = scripts[n]!;
        const inAll = observations[3 * n + 2]! + 1;
        const { reward, end } = script[(inAll - 1) % script.length]!;
        rewards[n] = reward;
        terminated[n] = end === "terminated" || end === "both" ? 1 : 0;
        truncated[n] = end === "truncated" || end === "both" ? 1 : 0;
        show(n, observations[3 * n + 1]! + 1, inAll);
        if (end !== undefined) {
          for (let k = 0; k < 3; k++) finalObservations[3 * n + k] = observations[3 * n + k]!;
          show(n, 0, inAll);
        }
      }
      return result;
    },
    scene: () => undefined,
    state: () => ({ observations: Array.from(observations) }),
    restore(state: { observations: readonly number[] }) {
      observations.set(state.observations);
    },
  } as unknown as VecEnv & { readonly received: number[] };
}
