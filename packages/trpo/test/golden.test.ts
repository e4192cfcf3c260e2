/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTrpo, type TrpoOptions, type TrpoTrainer } from "../src/index.ts";

/** Numbers by their bits (NaN and −0 included), typed arrays by their bytes. */
function fingerprint(value: unknown, hash = createHash("sha256")): string {
  const walk = (x: unknown): void => {
    if (typeof x === "number") hash.update(Buffer.from(Float64Array.of(x).buffer));
    else if (ArrayBuffer.isView(x)) hash.update(Buffer.from(x.buffer, x.byteOffset, x.byteLength));
    else if (typeof x === "object" && x !== null)
      for (const [key, part] of Object.entries(x)) {
        hash.update(key);
        walk(part);
      }
    else hash.update(String(x));
  };
  walk(value);
  return hash.digest("hex").slice(0, 16);
}

const shared = {
  seed: 11,
  numEnvs: 2,
  stepsPerEnv: 64,
  totalSteps: 2 * 64 * 20,
  hiddenSizes: [16, 16],
  valueEpochs: 3,
  valueMinibatchSize: 32,
  valueLearningRate: { linear: [2e-3, 0] },
  targetKl: { linear: [0.02, 0.005] },
  normalizeObservations: true,
  normalizeRewards: true,
} as const;
const cases: readonly (readonly [string, TrpoOptions, string])[] = [
  ["discrete", { env: "CartPole-v1", ...shared }, "f1dad8c27ec8af70"],
  ["continuous", { env: "Pendulum-v1", ...shared }, "dd9a06a613d6ebe2"],
  ["continuous, gSDE", { env: "Pendulum-v1", ...shared, stateDependentExploration: 4, logStdInit: -1 }, "81922a0873dea91d"],
];

function train(trainer: TrpoTrainer, metrics: unknown[], iterations = Infinity): void {
  let count = 0;
  for (const each of trainer.train()) {
    metrics.push(each);
    if (++count >= iterations) return;
  }
}

describe("20 iterations give these bits", () => {
  it.each(cases)("%s", (_, options, expected) => {
    const trainer = createTrpo(options);
    const metrics: unknown[] = [];
    train(trainer, metrics);
    expect(metrics).toHaveLength(20);
    expect(fingerprint([metrics, trainer.state()])).toBe(expected);
  });

  it.each(cases)("%s, stopped after 7 iterations and gone on with from the saved state", (_, options, expected) => {
    const first = createTrpo(options);
    const metrics: unknown[] = [];
    train(first, metrics, 7);
    const second = createTrpo(options);
    second.restore(structuredClone(first.state()));
    train(second, metrics);
    expect(fingerprint([metrics, second.state()])).toBe(expected);
  });
});
