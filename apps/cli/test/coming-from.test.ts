/**
 * The table of @rl/math/coming-from on the calls that people come to: each entry is given to each call as an option, and the error must name the option that
 * means that. docs/coming-from.md is made of the same answers; after a change of the table or of an option: `vitest run apps/cli/test/coming-from.test.ts -u`.
 */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { make, makeVec } from "@rl/envs";
import { comingFromTable, type Origin } from "@rl/math/coming-from";
import { adam, sgd } from "@rl/nets";
import { conjugateGradient, lineSearch, nonlinearConjugateGradient } from "@rl/optim-cg";
import { createPg } from "@rl/pg";
import { createPpo } from "@rl/ppo";
import { evaluate, run } from "@rl/train";
import { run as runInFolder } from "@rl/train/node";
import { createTrpo } from "@rl/trpo";
import { expect, test } from "vitest";

type Call = (options: Record<string, unknown>) => unknown;
const trainer = new EventEmitter() as never;
const loose = (call: unknown): Call => call as Call;

/** Name of a call → the call with nothing but these options. */
const calls: Readonly<Record<string, Call>> = {
  createPg: loose(createPg),
  createPpo: loose(createPpo),
  createTrpo: loose(createTrpo),
  make: (options) => (make as (id: string, options: object) => unknown)("CartPole-v1", options),
  makeVec: (options) => (makeVec as (id: string, n: number, options: object) => unknown)("CartPole-v1", 2, options),
  run: (options) => run(trainer, options),
  "run of @rl/train/node": (options) => runInFolder(trainer, options as never),
  "run, evaluate": (options) => run(trainer, { evaluate: options as never }),
  "run, checkpoint": (options) => run(trainer, { checkpoint: options as never }),
  evaluate: (options) => evaluate(trainer, trainer, options as never),
  lineSearch: (options) => lineSearch(() => 0, Float64Array.of(1), Float64Array.of(1), options as never),
  conjugateGradient: (options) => conjugateGradient([1], [1], options as never),
  nonlinearConjugateGradient: (options) =>
    nonlinearConjugateGradient(
      () => 0,
      () => [0],
      [1],
      options as never,
    ),
  adam: loose(adam),
  sgd: loose(sgd),
};

async function refusal(call: Call, name: string): Promise<string> {
  try {
    await call({ [name]: 1 });
  } catch (error) {
    return (error as Error).message;
  }
  return "taken";
}

/** What a call answers: the option it offers, "" where it offers none. Fails where the answer is not one sentence that names the option as unknown. */
async function answer(name: string, call: Call): Promise<string> {
  const message = await refusal(call, name);
  expect(message, name).toContain(`unknown option "${name}"`);
  return /did you mean "(\w+)"\?/.exec(message)?.[1] ?? "";
}

/** The options that a call knows, as its own error lists them. */
const knownBy = Object.fromEntries(
  await Promise.all(
    Object.entries(calls).map(async ([name, call]) => {
      const message = await refusal(call, "flavour");
      return [name, /Known are ([\w, ]+)/.exec(message)?.[1]?.split(", ") ?? []] as const;
    }),
  ),
);

test("every call lists its options and suggests nothing for a word that means nothing", async () => {
  for (const [name, call] of Object.entries(calls)) {
    expect(knownBy[name]!.length, name).toBeGreaterThan(1);
    expect(await refusal(call, "flavour"), name).not.toContain("did you mean");
  }
});

// The names of the reports that led to the table, as literal numbers are to a formula.
test.each([
  ["createPpo", "gamma", "discount"],
  ["createPpo", "lr", "learningRate"],
  ["createPpo", "ent_coef", "entropyCoefficient"],
  ["createPpo", "n_envs", "numEnvs"],
  ["createPpo", "n_steps", "stepsPerEnv"],
  ["createPpo", "num-steps", "stepsPerEnv"],
  ["createPpo", "nSteps", "stepsPerEnv"],
  ["createPpo", "clip_range_vf", "valueClipRange"],
  ["createPpo", "clip_range", "clipRange"],
  ["createPpo", "gae_lambda", "gaeLambda"],
  ["createPpo", "lam", "gaeLambda"],
  ["createPpo", "batch_size", "minibatchSize"],
  ["createPpo", "n_epochs", "epochs"],
  ["createPpo", "vf_coef", "valueCoefficient"],
  ["createPpo", "max_grad_norm", "maxGradNorm"],
  ["createPpo", "net_arch", "hiddenSizes"],
  ["createPpo", "policy_kwargs", "hiddenSizes"],
  ["createPpo", "use_sde", "stateDependentExploration"],
  ["createPpo", "total_timesteps", "totalSteps"],
  ["createPpo", "norm_obs", "normalizeObservations"],
  ["createPpo", "entropy_coeff", "entropyCoefficient"],
  ["createPpo", "clip_ratio", "clipRange"],
  ["createPpo", "pi_lr", "learningRate"],
  ["createPpo", "steps_per_epoch", "stepsPerEnv"],
  ["createPg", "vf_lr", "valueLearningRate"],
  ["createPg", "train_v_iters", "valueUpdates"],
  ["createPg", "epochs", "iterations"],
  ["createTrpo", "cg_iters", "cgIterations"],
  ["createTrpo", "damping_coeff", "cgDamping"],
  ["createTrpo", "delta", "targetKl"],
  ["createTrpo", "batch_size", "valueMinibatchSize"],
  ["createTrpo", "backtrack_coeff", "lineSearchShrink"],
  ["createTrpo", "learning_rate", "valueLearningRate"],
  ["conjugateGradient", "tol", "tolerance"],
  ["conjugateGradient", "rtol", "tolerance"],
  ["conjugateGradient", "maxiter", "maxIterations"],
  ["conjugateGradient", "x0", "start"],
  ["conjugateGradient", "M", "preconditioner"],
  ["conjugateGradient", "callback", "onIteration"],
  ["nonlinearConjugateGradient", "gtol", "tolerance"],
  ["make", "max_episode_steps", "maxEpisodeSteps"],
  ["make", "disable_env_checker", "disableEnvChecker"],
  ["makeVec", "vectorization_mode", "vectorization"],
  ["run", "tensorboard_log", "loggers"],
  ["run", "callback", "onMetrics"],
  ["run of @rl/train/node", "tensorboard_log", "dir"],
  ["run of @rl/train/node", "exp_name", "dir"],
  ["run, evaluate", "n_eval_episodes", "episodes"],
  ["run, evaluate", "eval_freq", "every"],
  ["run, checkpoint", "save_freq", "every"],
  ["adam", "lr", "learningRate"],
  ["sgd", "weight_decay", "weightDecay"],
] as const)("%s: %s is %s", async (call, name, option) => {
  expect(await answer(name, calls[call]!)).toBe(option);
});

test.each(["device", "policy", "verbose_level", "sub_sampling_factor", "optimizer_class", "kl_coeff"])(
  "createPpo suggests nothing for %s",
  async (name) => {
    expect(await answer(name, calls["createPpo"]!)).toBe("");
  },
);

/** They depend on nothing, and carry only those names that one of their own options answers. */
const solvers = ["conjugateGradient", "nonlinearConjugateGradient", "lineSearch"];

test.each(comingFromTable().map((origin) => [origin.name, origin] as const))("%s", async (name, { meaning, note }) => {
  expect.hasAssertions();
  for (const [where, call] of Object.entries(calls)) {
    const known = knownBy[where]!;
    if (known.includes(name)) continue;
    const spelt = known.find((option) => option.toLowerCase() === name.toLowerCase().replaceAll("_", ""));
    const offered = await answer(name, call);
    const expected = spelt ?? meaning.find((option) => known.includes(option));
    if (expected !== undefined) expect(offered, where).toBe(expected);
    else if (offered !== "") expect(known, where).toContain(offered);
    else if (meaning.length === 0 && !solvers.includes(where)) expect(await refusal(call, name), where).toContain(note);
  }
});

/** One line of the page: where each call's option is. */
function row({ name, meaning, note }: Origin): string | undefined {
  const found = new Map<string, string[]>();
  for (const [where, known] of Object.entries(knownBy)) {
    const option = meaning.find((candidate) => known.includes(candidate));
    if (option === undefined || known.includes(name)) continue;
    found.set(option, [...(found.get(option) ?? []), `\`${where}\``]);
  }
  const here = [...found].map(([option, where]) => `\`${option}\` (${where.join(", ")})`).join("; ");
  if (here === "" && meaning.length > 0) return undefined;
  return `| \`${name}\` | ${here === "" ? "absent" : here}${note === "" ? "" : `${here === "" ? ": " : ". "}${note}`} |`;
}

test("docs/coming-from.md is made from the table", async () => {
  const table = comingFromTable();
  const libraries = [...new Set(table.flatMap((origin) => origin.libraries))].filter((library) => library !== "others");
  const sections = libraries.map((library) => {
    const rows = table
      .filter((origin) => origin.libraries.includes(library))
      .map(row)
      .filter((line) => line !== undefined);
    return rows.length === 0 ? "" : `## ${library}\n\n| there | here |\n|---|---|\n${rows.join("\n")}\n`;
  });
  const page = `# Coming from another library

What its options are called here. Typed by habit, in any spelling (\`n_steps\`, \`nSteps\`, \`n-steps\`), they are answered with these names. Made from the table in \`packages/math/src/coming-from.ts\` by \`vitest run apps/cli/test/coming-from.test.ts -u\`, which also tries every entry on every call.

${sections.filter((section) => section !== "").join("\n")}`;
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, "../../../docs/coming-from.md"));
});
