/** The algorithms that the benches train, as the packages give them. */
import type { OptionTable } from "@rl/agent";
import { createPg, pgOptions, pgPresets, type PgOptions } from "@rl/pg";
import { createPpo, ppoOptions, ppoPresets, type PpoOptions } from "@rl/ppo";
import type { Metrics, Trainer } from "@rl/train";
import { createTrpo, trpoOptions, trpoPresets, type TrpoOptions } from "@rl/trpo";

export interface Algorithm {
  readonly name: string;
  readonly presets: Readonly<Record<string, object>>;
  readonly options: OptionTable;
  readonly defaultPreset: string;
  readonly create: (options: object) => Trainer<Metrics>;
}

export const algorithms: readonly Algorithm[] = [
  { name: "pg", presets: pgPresets, options: pgOptions, defaultPreset: "gae", create: (options) => createPg(options as PgOptions) },
  {
    name: "ppo",
    presets: ppoPresets,
    options: ppoOptions,
    defaultPreset: "default",
    create: (options) => createPpo(options as PpoOptions),
  },
  {
    name: "trpo",
    presets: trpoPresets,
    options: trpoOptions,
    defaultPreset: "default",
    create: (options) => createTrpo(options as TrpoOptions),
  },
];

export function findAlgorithm(name: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (found !== undefined) return found;
  throw new Error(`There is no algorithm "${name}"; known are ${algorithms.map((algorithm) => algorithm.name).join(", ")}.`);
}
