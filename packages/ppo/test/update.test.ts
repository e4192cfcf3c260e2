/** The compiled update against PyTorch (golden/update.py): every measure of every minibatch, and the parameters it leaves. */
import { readFileSync } from "node:fs";
import { Agent, createPolicy, type Parameters } from "@rl/agent";
import { Box, Discrete, type Env } from "@rl/envs";
import { adam } from "@rl/nets";
import { setDefaultEngine, tensor, tree, type Tensor } from "@rl/tensor";
import { afterEach, describe, expect, it } from "vitest";
import { ppoDefaults, type PpoConfig } from "../src/index.ts";
import { createUpdate, type Batch } from "../src/update.ts";

type Matrix = number[][];
type Layers = [weight: Matrix, bias: number[]][];
interface Networks {
  readonly policy: Layers;
  readonly value: Layers;
  readonly head: (number[] | Matrix)[];
}
interface Case extends Pick<PpoConfig, "valueClipRange" | "maxGradNorm" | "normalizeAdvantages" | "valueCoefficient" | "targetKl"> {
  readonly kind: "categorical" | "gaussian" | "gsde";
  readonly given: Networks &
    Record<"observations" | "actions", Matrix> & { readonly masks: Matrix | null } & Record<
      "advantages" | "targets" | "values" | "order" | "rates" | "clips" | "entropies",
      number[]
    >;
  readonly measured: Record<"loss" | "surrogate" | "value" | "entropy" | "kl" | "clipped" | "norm", number>[];
  readonly after: Networks;
}
const cases = JSON.parse(readFileSync(new URL("golden/update.json", import.meta.url), "utf8")) as Case[];

const named = cases.map((c) => {
  const { kind, valueClipRange, maxGradNorm, normalizeAdvantages, targetKl } = c;
  return [JSON.stringify({ kind, valueClipRange, maxGradNorm, normalizeAdvantages, targetKl }), c] as const;
});

/** Only its spaces are looked at. */
const environment = (discrete: boolean) => (): Env<Float32Array, never> => ({
  observationSpace: new Box<"float32">({ low: -9, high: 9, shape: [3] }),
  actionSpace: (discrete ? new Discrete(3) : new Box({ low: -9, high: 9, shape: [2] })) as never,
  spec: undefined,
  reset: () => ({ observation: new Float32Array(3), info: discrete ? { actionMask: new Uint8Array(3).fill(1) } : {} }),
  step: () => {
    throw new Error("not played");
  },
  scene: () => undefined,
  state: () => ({}),
  restore: () => undefined,
});

const parametersOf = ({ policy, value, head }: Networks): Parameters => {
  const layers = (list: Layers) => list.map(([weight, bias]) => ({ weight: tensor(weight), bias: tensor(bias) }));
  return {
    policy: { shared: [], layers: layers(policy), head: head.length === 0 ? {} : { logStd: tensor(head[0]!) } },
    value: layers(value),
  };
};

describe.each(["wasm", "reference"])("one call updates as PyTorch does: %s", (engine) => {
  afterEach(() => setDefaultEngine("wasm"));

  it.each(named)("%s", (_, c) => {
    setDefaultEngine(engine);
    const { given } = c;
    const { valueClipRange, maxGradNorm, normalizeAdvantages, valueCoefficient, targetKl } = c;
    const config: PpoConfig = {
      ...ppoDefaults,
      ...{ valueClipRange, maxGradNorm, normalizeAdvantages, valueCoefficient, targetKl },
      hiddenSizes: [4],
      activation: "tanh",
      adamEpsilon: 1e-5,
      minibatchSize: 4,
      normalizeObservations: false,
      normalizeRewards: false,
      stateDependentExploration: c.kind === "gsde" ? Infinity : null,
    };
    const agent = new Agent("test", environment(c.kind === "categorical") as never, 1, config);
    const optimizer = adam({ learningRate: 1, eps: config.adamEpsilon });
    const start = parametersOf(given);
    const floats = (values: number[] | Matrix): Float32Array => Float32Array.from(values.flat());
    const batch: Batch = {
      observations: floats(given.observations),
      masks: Uint8Array.from((given.masks ?? []).flat()),
      actions: c.kind === "categorical" ? Int32Array.from(given.actions.flat()) : floats(given.actions),
      advantages: floats(given.advantages),
      targets: floats(given.targets),
      values: floats(given.values),
      order: Int32Array.from(given.order),
      rates: floats(given.rates),
      clips: floats(given.clips),
      entropies: floats(given.entropies),
    };
    const updated = createUpdate(createPolicy(agent, config), config, optimizer)(start, optimizer.init(start), batch);

    const used = c.measured.length;
    expect(updated.used.item()).toBe(used);
    expect(updated.steps.item()).toBe(c.targetKl === null ? used : used - 1);
    for (const key of ["loss", "surrogate", "value", "entropy", "kl", "clipped", "norm"] as const) {
      const column = updated.measured[key].read();
      c.measured.forEach((row, k) => expect(column[k], `${key} of minibatch ${k}`).toBeCloseTo(row[key], 4));
      for (let k = used; k < given.rates.length; k++) expect(column[k]).toBe(0);
      expect(updated.means[key].item()).toBeCloseTo(c.measured.reduce((sum, row) => sum + row[key], 0) / used, 4);
    }
    const expected = tree.entries<Tensor>(parametersOf(c.after));
    const got = tree.entries<Tensor>(updated.parameters);
    expect(got.map(([path]) => path)).toEqual(expected.map(([path]) => path));
    expected.forEach(([path, leaf], i) => {
      const values = got[i]![1].read();
      leaf.read().forEach((value, k) => expect(Math.abs(Number(values[k]) - Number(value)), `${path}[${k}]`).toBeLessThan(2e-5));
    });
  });
});
