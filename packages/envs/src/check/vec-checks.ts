import type { EnvState } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { AUTORESET_MODES } from "../row-checks.ts";
import { dtypeOf, type TypedArray } from "../spaces/dtype.ts";
import type { AutoresetMode, VecEnv, VecStepResult } from "../vec-env.ts";
import { maskWidth } from "../masks.ts";
import type { Discrete } from "../spaces/discrete.ts";
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

type Infos = VecStepResult["infos"];

/** Random actions for all rows, only allowed ones where the vector has masks. `infos` are those of the last call. */
function draw(vec: VecEnv, infos: Infos): TypedArray {
  const { singleActionSpace: space, numEnvs } = vec;
  const batch = space.createBatch(numEnvs);
  const width = maskWidth(space);
  const masks = infos["actionMask"] ?? vec.actionMasks?.();
  const given = infos["actionMask"] === undefined ? undefined : infos["_actionMask"];
  for (let row = 0; row < numEnvs; row++) {
    const masked = width > 0 && masks !== undefined && given?.[row] !== 0;
    const mask = masked ? Array.from({ length: width }, (_, i) => Number(masks[row * width + i])) : undefined;
    space.write((space as unknown as Discrete).sample(mask), batch, row);
  }
  return batch;
}

type Trace = (Omit<VecStepResult, "finalObservations"> & { readonly actions: TypedArray; readonly ends: readonly (readonly number[])[] })[];

/** Resets, and starts the stream of actions anew. */
function begin(vec: VecEnv): Infos {
  vec.singleActionSpace.seed(SEED);
  return vec.reset({ seed: SEED }).infos;
}

/** Steps (resetting ended rows by mask in "disabled" mode) and returns deep copies. `act` gives the actions of step t from the infos before it. */
function play(vec: VecEnv, start: Infos, steps: number, act: (infos: Infos, t: number) => TypedArray): { trace: Trace; infos: Infos } {
  let infos = start;
  const trace = Array.from({ length: steps }, (_, t) => {
    const actions = act(infos, t);
    const { finalObservations, ...rest } = vec.step(actions as Int32Array);
    const over = Uint8Array.from(rest.terminated, (flag, row) => flag | rest.truncated[row]!);
    const ends = Array.from(over, (flag, row) => (flag === 1 ? rowOf(vec, finalObservations, row) : []));
    const kept = { ...copy(rest), actions, ends };
    ({ infos } = rest);
    if (vec.autoreset === "disabled" && over.includes(1)) infos = mergedMasks(kept.infos, vec.reset({ mask: over }).infos, over);
    return kept;
  });
  return { trace, infos };
}

/** After a reset by mask its infos are of the rows that were reset; the others keep their masks. */
function mergedMasks(before: Infos, after: Infos, reset: Uint8Array): Infos {
  const [old, fresh] = [before["actionMask"], after["actionMask"]];
  if (old === undefined || fresh === undefined) return after;
  const width = fresh.length / reset.length;
  const merged = Uint8Array.from(fresh, (value, i) => (reset[Math.floor(i / width)] === 1 ? value : old[i]!));
  return { actionMask: merged };
}

const playRandomly = (vec: VecEnv, infos: Infos, steps: number): { trace: Trace; infos: Infos } =>
  play(vec, infos, steps, (last) => draw(vec, last));
const replay = (vec: VecEnv, infos: Infos, trace: Trace): Trace => play(vec, infos, trace.length, (_, t) => trace[t]!.actions).trace;

function rowOf(vec: VecEnv, batch: TypedArray, row: number): number[] {
  const { size } = vec.singleObservationSpace;
  return Array.from(batch.subarray(row * size, (row + 1) * size));
}

/** The columns in which a row has a value: one without any may be there or not. */
function filled(infos: Infos): Infos {
  const flags = (name: string): TypedArray | undefined =>
    name.startsWith("_") && name.slice(1) in infos ? infos[name] : infos[`_${name}`];
  return Object.fromEntries(Object.entries(infos).filter(([name]) => flags(name)?.includes(1) ?? true));
}

function difference(a: Trace, b: Trace): string | undefined {
  for (const [t, first] of a.entries()) {
    for (const field of ["observations", "rewards", "terminated", "truncated", "ends", "infos"] as const) {
      const [one, other] = field === "infos" ? [filled(first.infos), filled(b[t]!.infos)] : [first[field], b[t]![field]];
      if (!same(one, other))
        return `${field === "ends" ? "finalObservations" : field} of step ${t} are ${show(one)} the first time and ${show(other)} the second`;
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
        const infos = begin(vec);
        checkRows("reset().observations", vec.observations, dtype, ROWS * size);
        const step = vec.step(draw(vec, infos) as Int32Array);
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
        const { trace } = playRandomly(first, begin(first), STEPS);
        const wrong = difference(trace, replay(second, begin(second), trace));
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
      begin(later);
      let infos = begin(now);
      for (let t = 0; t < STEPS; t++) {
        const action = draw(now, infos);
        const a = now.step(action as Int32Array);
        ({ infos } = a);
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
      let infos = begin(vec);
      for (let t = 0; t < 2000; t++) {
        const action = draw(vec, infos);
        const { terminated, truncated, infos: next } = vec.step(action as Int32Array);
        infos = next;
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
        const masks = infos["actionMask"]?.slice();
        const { observations, infos: fresh } = vec.reset({ mask: over });
        for (let row = 0; row < ROWS; row++) {
          const kept = same(rowOf(vec, observations, row), rowOf(vec, before, row));
          if (over[row] === 0 && !kept)
            fail(`reset({ mask }) changed row ${row}, whose mask is 0, expected only rows with mask 1 to change.`);
        }
        vec.step(draw(vec, mergedMasks(masks === undefined ? {} : { actionMask: masks }, fresh, over)) as Int32Array);
        return;
      }
    },
  },
  {
    name: "state is plain JSON and restore continues from it with the same bits",
    run: (make) => {
      for (const mode of AUTORESET_MODES) {
        const vec = make(ROWS, mode);
        const { infos } = playRandomly(vec, begin(vec), 37);
        const state = vec.state();
        const wrong = notJson(state);
        if (wrong !== undefined)
          fail(
            `state() is not plain JSON: ${wrong}, expected numbers, strings, booleans, null, lists and plain objects; write typed arrays by Array.from and special numbers as strings.`,
          );
        const shown = copy(vec.observations);
        const text = JSON.stringify(state);
        const { trace: straight } = playRandomly(vec, infos, STEPS - 37);
        const other = make(ROWS, mode);
        other.restore(JSON.parse(text) as EnvState);
        if (!same(other.observations, shown))
          fail(
            `restore(state()) shows the observations ${show(other.observations)}, expected ${show(shown)}; restore them, or compute them from the restored state.`,
          );
        const change = difference(straight, replay(other, {}, straight));
        if (change !== undefined)
          fail(
            `restore(state()) in ${show(mode)} mode does not continue as before: ${change}, expected the same; put everything into state(): rows, counters, flags and random streams.`,
          );
      }
    },
  },
];
