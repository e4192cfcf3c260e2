/**
 * The rules that every trainer keeps (subpath @rl/agent/testing), as named checks for any test runner:
 *
 *   const checks = trainerContract((given) => createSearch({ numEnvs: 4, stepsPerEnv: 32, ...given }));
 *   for (const { name, run } of checks) it(name, run);
 */
import { Box, Discrete, TimeLimit, type Env } from "@rl/envs";
import { Generator } from "@rl/random";
import { demand, difference, go, refused, same, type ContractCheck, type ContractTrainer, type Create, type Given } from "./demands.ts";

export type { ContractCheck, ContractTrainer, Given } from "./demands.ts";

export interface ContractOptions {
  /** Environment of the runs that are compared; default "CartPole-v1". It must be a built-in one. */
  readonly env?: string;
  /** Iterations of those runs. Default 8. */
  readonly iterations?: number;
  /** Iterations after which two states are told apart in every step (best return 10; chance gives 5). Default 60; 0: not looked at. */
  readonly learns?: number;
  /** Iterations after which a reward of 1 for ever under a time limit is worth 1/(1 − discount), and that discount; left out: not looked at. */
  readonly forever?: { readonly iterations: number; readonly discount: number };
}

export function trainerContract(create: Create, options: ContractOptions = {}): readonly ContractCheck[] {
  const { env = "CartPole-v1", iterations = 8, learns = 60, forever } = options;
  const made = (seed = 3): ContractTrainer => create({ env, seed, iterations, totalSteps: Infinity });
  return [
    ...bitChecks(made, iterations),
    ...stateChecks(made, create),
    ...trainingChecks(create),
    ...(learns > 0 ? [{ name: "learns to tell two states apart", run: () => learnsTwoStates(create, learns) }] : []),
    ...(forever === undefined
      ? []
      : [{ name: "a reward of 1 for ever is worth 1/(1 − γ), though a time limit cuts it", run: () => valuesForever(create, forever) }]),
  ];
}

function bitChecks(made: (seed?: number) => ContractTrainer, iterations: number): ContractCheck[] {
  return [
    {
      name: "the same seed gives the same bits, another seed others",
      run() {
        const [a, b, c] = [made(), made(), made(4)];
        const [first, second, third] = [go(a), go(b), go(c)];
        demand(first.length === iterations, `train() gave ${first.length} iterations; expected ${iterations}, as the option says.`);
        same("metrics of two runs with one seed", first, second);
        same("states of two runs with one seed", a.state(), b.state());
        demand(difference(first, third) !== undefined, "two seeds give the same metrics; expected others.");
      },
    },
    {
      name: "stopping anywhere, saving, restoring and going on is never having stopped",
      run() {
        const whole = made();
        const expected = go(whole);
        for (const stop of new Set([1, iterations >> 1, iterations - 1])) {
          const [first, second] = [made(), made()];
          go(first, stop);
          const saved = structuredClone(first.state());
          same("a state and what was saved of it", first.state(), saved);
          // What goes on after saving must not reach what was saved.
          go(first, 1);
          second.restore(saved);
          same("a restored state", second.state(), saved);
          same(`metrics after stopping at iteration ${stop}`, go(second), expected.slice(stop));
          same(`states after stopping at iteration ${stop}`, second.state(), whole.state());
        }
      },
    },
    {
      name: "metrics are those that metricInfo explains",
      run() {
        const trainer = made();
        const [metrics = {}] = go(trainer, 1);
        same("names of metrics and of metricInfo", Object.keys(metrics).toSorted(), Object.keys(trainer.metricInfo).toSorted());
      },
    },
  ];
}

function stateChecks(made: (seed?: number) => ContractTrainer, create: Create): ContractCheck[] {
  return [
    {
      name: "acts alike before and after being saved, and learns nothing by acting",
      run() {
        const [a, b] = [made(), made(99)];
        go(a, 2);
        b.restore(structuredClone(a.state()));
        const before = structuredClone(a.state());
        // Whole rows for observations of up to six numbers.
        const rows = Float32Array.from({ length: 60 }, (_, i) => (((i * 7) % 11) - 5) / 10);
        same("most likely actions", Array.from(a.act(rows, { deterministic: true })), Array.from(b.act(rows, { deterministic: true })));
        same("states before and after acting", a.state(), before);
      },
    },
    {
      name: "refuses states that are not its own, and stays as it was",
      run() {
        const trainer = made();
        go(trainer, 1);
        const state = structuredClone(trainer.state()) as Record<string, unknown>;
        const bad: readonly (readonly [string, unknown])[] = [
          ["a state of another algorithm", { ...state, algorithm: "another" }],
          ["a state of another version", { ...state, version: 7 }],
          ["an empty state", {}],
          ["null", null],
          ["a state whose iteration is text", { ...state, iteration: "abc" }],
          ["a state whose iteration is NaN", { ...state, iteration: NaN }],
          ["a state without parameters", { ...state, parameters: {} }],
          ["a state of another environment", create({ env: pairs, seed: 3, iterations: 1, totalSteps: Infinity }).state()],
        ];
        for (const [what, given] of bad) {
          refused(what, () => trainer.restore(given as object));
          same(`the state after ${what} was refused`, trainer.state(), state);
        }
      },
    },
  ];
}

function trainingChecks(create: Create): ContractCheck[] {
  const broken = (bad: object): void => {
    let steps = 0;
    const env = (): Env<Float32Array, number> => {
      const inner = pairs();
      return { ...inner, step: (action) => ({ ...inner.step(action), ...(++steps >= 5 ? bad : {}) }) };
    };
    go(create({ env, seed: 3, iterations: 50, totalSteps: Infinity }));
  };
  const stops = (what: string, bad: object): ContractCheck => ({
    name: `${what} that is not finite stops training and is named`,
    run() {
      const error = refused(
        `${what} of NaN`,
        () => broken(bad),
        new RegExp(`iteration \\d+ cannot go on\\..*${what}.* NaN.*Likely causes`, "i"),
      );
      demand(error.name === "NotFiniteError", `the error is a ${error.name}; expected a NotFiniteError.`);
    },
  });
  return [
    stops("observation", { observation: Float32Array.of(NaN) }),
    stops("reward", { reward: NaN }),
    {
      name: "an unknown option is refused by name",
      run: () =>
        void refused(
          "the option discont",
          () => create({ env: pairs, seed: 3, iterations: 1, totalSteps: 1, discont: 1 } as Given),
          /discont/,
        ),
    },
    {
      name: "waiting for train() as if it were a promise is refused",
      async run() {
        const trainer = create({ env: pairs, seed: 3, iterations: 1, totalSteps: Infinity });
        const awaited: unknown = await Promise.resolve(trainer.train()).then(
          () => undefined,
          (error: unknown) => error,
        );
        demand(awaited instanceof Error, "await trainer.train() does nothing without a word; expected an error.");
      },
    },
  ];
}

/** Two states, shown as ±1; the right action is the state's number. Ten steps make an episode. */
function pairs(): Env<Float32Array, number> {
  let rng = new Generator(0);
  let [s, t] = [0, 0];
  const observe = (): Float32Array => Float32Array.of(2 * (s = rng.integers(0, 2)) - 1);
  return {
    observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
    actionSpace: new Discrete(2),
    spec: undefined,
    reset(options) {
      if (options?.seed !== undefined) rng = new Generator(options.seed);
      t = 0;
      return { observation: observe(), info: {} };
    },
    step(action) {
      const reward = action === s ? 1 : 0;
      t += 1;
      return { observation: observe(), reward, terminated: t === 10, truncated: false, info: {} };
    },
    scene: () => undefined,
    state: () => ({ rng: rng.state() as never, s, t }),
    restore(state) {
      rng = Generator.fromState(state["rng"] as never);
      [s, t] = [state["s"] as number, state["t"] as number];
    },
  };
}

function learnsTwoStates(create: Create, iterations: number): void {
  const trainer = create({ env: pairs, seed: 3, iterations, totalSteps: Infinity });
  go(trainer);
  const [low, high] = Array.from(trainer.act(Float32Array.of(-1, 1), { deterministic: true }));
  demand(low === 0 && high === 1, `after ${iterations} iterations the actions in the two states are ${low} and ${high}; expected 0 and 1.`);
}

/** Always the same, and a reward of 1 in every step; a time limit cuts it after twenty. */
function endless(): Env<Float32Array, number> {
  const observation = Float32Array.of(1);
  return new TimeLimit<Float32Array, number>(
    {
      observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
      actionSpace: new Discrete(2),
      spec: undefined,
      reset: () => ({ observation, info: {} }),
      step: () => ({ observation, reward: 1, terminated: false, truncated: false, info: {} }),
      scene: () => undefined,
      state: () => ({}),
      restore: () => undefined,
    },
    20,
  );
}

function valuesForever(create: Create, { iterations, discount }: { readonly iterations: number; readonly discount: number }): void {
  const trainer = create({ env: endless, seed: 3, iterations, totalSteps: Infinity, discount } as Given);
  go(trainer);
  const value = trainer.values?.(Float32Array.of(1))[0] ?? NaN;
  const worth = 1 / (1 - discount);
  demand(
    Math.abs(value - worth) < 0.005 * worth,
    `the value of a reward of 1 for ever is ${value}; expected ${worth} within one part in two hundred.`,
  );
}
