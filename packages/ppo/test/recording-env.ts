import { Box, Discrete, type Env } from "@rl/envs";

export interface Recording<A> {
  /** Makes one more environment. */
  readonly make: () => Env<Float32Array, A>;
  /** Actions that each environment was given, in order. */
  readonly actions: A[][];
}

/** Environments without end that always show the same number, pay `reward(action)` and note what they are given. */
function recording<A>(actionSpace: () => unknown, copy: (action: A) => A, reward: (action: A) => number): Recording<A> {
  const actions: A[][] = [];
  const observe = (): Float32Array => Float32Array.of(0.5);
  return {
    actions,
    make: () => {
      const own: A[] = [];
      actions.push(own);
      return {
        observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
        actionSpace: actionSpace() as never,
        spec: undefined,
        reset: () => ({ observation: observe(), info: {} }),
        step: (action) => {
          own.push(copy(action));
          return { observation: observe(), reward: reward(action), terminated: false, truncated: false, info: {} };
        },
        scene: () => undefined,
        state: () => ({}),
        restore: () => undefined,
      };
    },
  };
}

/** Actions of `size` numbers between −2 and 2. */
export const recordingBox = (size = 1, reward: (action: Float32Array) => number = () => 0): Recording<Float32Array> =>
  recording<Float32Array>(
    () => new Box<"float32">({ low: -2, high: 2, shape: [size] }),
    (action) => action.slice(),
    reward,
  );

/** Two actions. */
export const recordingDiscrete = (reward: (action: number) => number = () => 0): Recording<number> =>
  recording<number>(
    () => new Discrete(2),
    (action) => action,
    reward,
  );
