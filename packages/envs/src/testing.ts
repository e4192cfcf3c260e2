import { checkSettings } from "./check/check-env.ts";
import { ENV_CHECKS, type AnyEnv } from "./check/env-checks.ts";
import { VEC_CHECKS, type VecMaker } from "./check/vec-checks.ts";
import { checkKeys } from "./errors.ts";

/** One rule of a contract; `run` throws an error that says what to change. */
export interface ContractCheck {
  readonly name: string;
  readonly run: () => void;
}

/** The rules every environment keeps, as named checks for any test runner:
 *  `for (const { name, run } of envContract(() => new Maze())) it(name, run);`
 *  @param make makes a new environment at every call. */
export function envContract(
  make: () => AnyEnv,
  options: { readonly seed?: number; readonly steps?: number } = {},
): readonly ContractCheck[] {
  checkKeys("envContract", options, ["seed", "steps"]);
  const settings = checkSettings("envContract", options);
  return ENV_CHECKS.map(({ name, run }) => ({
    name,
    run: () => {
      run(make, settings);
    },
  }));
}

/** The rules every vector environment keeps. `make` makes a new vector at every call. */
export function vecEnvContract(make: VecMaker): readonly ContractCheck[] {
  return VEC_CHECKS.map(({ name, run }) => ({
    name,
    run: () => {
      run(make);
    },
  }));
}

export type { AnyEnv } from "./check/env-checks.ts";
export type { VecMaker } from "./check/vec-checks.ts";
