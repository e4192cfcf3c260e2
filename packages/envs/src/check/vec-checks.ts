import type { EnvState } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { AUTORESET_MODES } from "../row-checks.ts";
import { dtypeOf, type TypedArray } from "../spaces/dtype.ts";
import type { AutoresetMode, VecEnv, VecStepResult } from "../vec-env.ts";
import { copy, notJson, same } from "./compare.ts";

/** Makes a vector of the kind under test. */
export type VecMaker = (numEnvs: number, autoreset: AutoresetMode) => VecEnv;

export interface VecCheck {
  readonly name: string;
  /** Throws an EnvError that says what to change. */
  readonly run: (make: VecMaker) => void;
}

const SEED = 11;
const ROWS = 3;
const STEPS = 300;

function fail(message: string): never {
  throw new EnvError(message);
}

/** `steps` × rows random actions as batches. */
function drawActions(vec: VecEnv, steps: number): TypedArray[] {
  vec.singleActionSpace.seed(SEED);
  return Array.from({ length: steps }, () => {
    const batch = vec.singleActionSpace.createBatch(vec.numEnvs);
    for (let row = 0; row < vec.numEnvs; row++) vec.singleActionSpace.write(vec.singleActionSpace.sample(), batch as Int32Array, row);
    return batch;
  });
}

type Trace = (Omit<VecStepResult, "finalObservations"> & { readonly ends: readonly (readonly number[])[] })[];

/** Steps through all actions (resetting ended rows by mask in "disabled" mode) and returns deep copies. */
function play(vec: VecEnv, actions: readonly TypedArray[]): Trace {
  return actions.map((batch) => {
    const { finalObservations, ...rest } = vec.step(batch as Int32Array);
    const over = Uint8Array.from(rest.terminated, (t, row) => t | rest.truncated[row]!);
    const ends = Array.from(over, (flag, row) => (flag === 1 ? rowOf(vec, finalObservations, row) : []));
    const kept = { ...copy(rest), ends };
    if (vec.autoreset === "disabled" && over.includes(1)) vec.reset({ mask: over });
    return kept;
  });
}

function rowOf(vec: VecEnv, batch: TypedArray, row: number): number[] {
  const { size } = vec.singleObservationSpace;
  return Array.from(batch.subarray(row * size, (row + 1) * size));
}

function difference(a: Trace, b: Trace): string | undefined {
  for (const [t, first] of a.entries()) {
    for (const field of ["observations", "rewards", "terminated", "truncated", "ends", "infos"] as const) {
      if (!same(first[field], b[t]![field]))
        return `${field === "ends" ? "finalObservations" : field} of step ${t} are ${show(first[field])} the first time and ${show(b[t]![field])} the second`;
    }
  }
  return undefined;
}

export const VEC_CHECKS: readonly VecCheck[] = [
  {
    name: "arrays have one row per environment and the dtype of the space",
    run: (make) => {
      for (const mode of AUTORESET_MODES) {
        const vec = make(ROWS, mode);
        const { dtype, size } = vec.singleObservationSpace;
        const checkRows = (call: string, array: unknown, wanted: string, length: number): void => {
          if (dtypeOf(array) !== wanted || (array as TypedArray).length !== length)
            fail(`${call} is ${show(array)}, expected a ${wanted} array of length ${length}; allocate it with space.createBatch(numEnvs).`);
        };
        if (vec.numEnvs !== ROWS) fail(`numEnvs is ${show(vec.numEnvs)}, expected ${ROWS}; keep the number the vector was made with.`);
        if (vec.autoreset !== mode)
          fail(`autoreset is ${show(vec.autoreset)}, expected ${show(mode)}; keep the mode the vector was made with.`);
        checkRows("reset().observations", vec.reset({ seed: SEED }).observations, dtype, ROWS * size);
        const step = vec.step(drawActions(vec, 1)[0] as Int32Array);
        checkRows("step().observations", step.observations, dtype, ROWS * size);
        checkRows("step().finalObservations", step.finalObservations, dtype, ROWS * size);
        checkRows("step().rewards", step.rewards, "float64", ROWS);
        checkRows("step().terminated", step.terminated, "uint8", ROWS);
        checkRows("step().truncated", step.truncated, "uint8", ROWS);
      }
    },
  },
  {
    name: "a seed s seeds row i with s + i, whatever the number of rows",
    run: (make) => {
      const three = make(ROWS, "same-step");
      const started = copy(three.reset({ seed: SEED }).observations);
      for (let row = 0; row < ROWS; row++) {
        const one = make(1, "same-step");
        const alone = rowOf(one, one.reset({ seed: SEED + row }).observations, 0);
        const among = rowOf(three, started, row);
        if (!same(alone, among))
          fail(
            `reset({ seed: ${SEED} }) starts row ${row} at ${show(among)}, expected ${show(alone)} as a vector of one with seed ${SEED + row}; give row i its own Generator(seed + i).`,
          );
      }
    },
  },
  {
    name: "the same seeds and actions give the same run, in every mode",
    run: (make) => {
      for (const mode of AUTORESET_MODES) {
        const first = make(ROWS, mode);
        const second = make(ROWS, mode);
        first.reset({ seed: SEED });
        second.reset({ seed: SEED });
        const actions = drawActions(first, STEPS);
        const wrong = difference(play(first, actions), play(second, actions));
        if (wrong !== undefined)
          fail(`step in ${show(mode)} mode is not repeatable: ${wrong}, expected the same; draw only from the rows' seeded Generators.`);
      }
    },
  },
  {
    name: "same-step and next-step show the same episodes",
    run: (make) => {
      const now = make(1, "same-step");
      const later = make(1, "next-step");
      now.reset({ seed: SEED });
      later.reset({ seed: SEED });
      for (const [t, action] of drawActions(now, STEPS).entries()) {
        const a = now.step(action as Int32Array);
        const b = later.step(action as Int32Array);
        const over = a.terminated[0] === 1 || a.truncated[0] === 1;
        if (a.rewards[0] !== b.rewards[0] || a.terminated[0] !== b.terminated[0] || a.truncated[0] !== b.truncated[0]) {
          fail(
            `step ${t} gives reward ${a.rewards[0]}, flags ${a.terminated[0]} ${a.truncated[0]} in "same-step" and ${b.rewards[0]}, ${b.terminated[0]} ${b.truncated[0]} in "next-step", expected equal; the mode may only move the reset.`,
          );
        }
        const shown = rowOf(now, over ? a.finalObservations : a.observations, 0);
        if (!same(shown, rowOf(later, b.observations, 0)))
          fail(
            `step ${t} shows ${show(shown)} in "same-step" and ${show(b.observations)} in "next-step", expected equal; copy the last observation into finalObservations before the reset.`,
          );
        if (!over) continue;
        const start = rowOf(now, a.observations, 0);
        const begun = later.step(action as Int32Array);
        if (
          !same(start, rowOf(later, begun.observations, 0)) ||
          begun.rewards[0] !== 0 ||
          begun.terminated[0] !== 0 ||
          begun.truncated[0] !== 0
        ) {
          fail(
            `step ${t + 1} in "next-step" mode gives ${show(begun.observations)} with reward ${begun.rewards[0]}, expected the new start ${show(start)} with reward 0 and no flags; reset ended rows at the next step.`,
          );
        }
      }
    },
  },
  {
    name: "disabled mode refuses to step an ended row and resets by mask",
    run: (make) => {
      const vec = make(ROWS, "disabled");
      vec.reset({ seed: SEED });
      for (const action of drawActions(vec, 2000)) {
        const { terminated, truncated } = vec.step(action as Int32Array);
        const over = Uint8Array.from(terminated, (t, row) => t | truncated[row]!);
        if (!over.includes(1)) continue;
        const before = copy(vec.observations);
        let refused = false;
        try {
          vec.step(action as Int32Array);
        } catch {
          refused = true;
        }
        if (!refused)
          fail(
            `step stepped row ${over.indexOf(1)} whose episode had ended in "disabled" mode, expected an error; throw until reset({ mask }) has reset the row.`,
          );
        const { observations } = vec.reset({ mask: over });
        for (let row = 0; row < ROWS; row++) {
          const kept = same(rowOf(vec, observations, row), rowOf(vec, before, row));
          if (over[row] === 0 && !kept)
            fail(`reset({ mask }) changed row ${row}, whose mask is 0, expected only rows with mask 1 to change.`);
        }
        vec.step(action as Int32Array);
        return;
      }
    },
  },
  {
    name: "state is plain JSON and restore continues from it with the same bits",
    run: (make) => {
      for (const mode of AUTORESET_MODES) {
        const vec = make(ROWS, mode);
        vec.reset({ seed: SEED });
        const actions = drawActions(vec, STEPS);
        play(vec, actions.slice(0, 37));
        const state = vec.state();
        const wrong = notJson(state);
        if (wrong !== undefined)
          fail(
            `state() is not plain JSON: ${wrong}, expected numbers, strings, booleans, null, lists and plain objects; write typed arrays by Array.from and special numbers as strings.`,
          );
        const shown = copy(vec.observations);
        const text = JSON.stringify(state);
        const straight = play(vec, actions.slice(37));
        const other = make(ROWS, mode);
        other.restore(JSON.parse(text) as EnvState);
        if (!same(other.observations, shown))
          fail(
            `restore(state()) shows the observations ${show(other.observations)}, expected ${show(shown)}; restore them, or compute them from the restored state.`,
          );
        const change = difference(straight, play(other, actions.slice(37)));
        if (change !== undefined)
          fail(
            `restore(state()) in ${show(mode)} mode does not continue as before: ${change}, expected the same; put everything into state(): rows, counters, flags and random streams.`,
          );
      }
    },
  },
];
