// A run folder: metrics in three forms, checkpoints, and going on after a stop with the bits of a run that was never stopped.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeVec } from "@rl/envs";
import { createPg, type PgOptions } from "@rl/pg";
import { evaluate } from "@rl/train";
import { openRunFolder, resume, run } from "@rl/train/node";

const options: PgOptions = { env: "CartPole-v1", seed: 1, totalSteps: 20_000 };
const root = mkdtempSync(join(tmpdir(), "rl-example-"));
const evaluationEnv = () => makeVec("CartPole-v1", 10);

// Stop by a signal after 20 iterations, as Ctrl-C would.
const stop = new AbortController();
const first = await run(createPg(options), {
  dir: join(root, "pg/CartPole-v1/seed-1"),
  config: { options },
  evaluate: { env: evaluationEnv(), every: 5000, episodes: 10 },
  signal: stop.signal,
  onMetrics: (metrics) => metrics["time/iterations"] === 20 && stop.abort(),
});
console.log(`stopped at step ${first.progress.step}:`, readdirSync(first.dir).join(", "));

const second = await resume(first.dir, {
  create: (config) => ({ trainer: createPg(config["options"] as PgOptions), evaluationEnv: evaluationEnv() }),
});
const lines = readFileSync(join(second.dir, "metrics.jsonl"), "utf8").trim().split("\n");
console.log(`done at step ${second.progress.step}, ${lines.length} lines, best mean return ${second.progress.best}`);

const best = createPg(options);
best.restore(openRunFolder(second.dir).load("best").state);
const { meanReturn, stdReturn } = evaluate(best, makeVec("CartPole-v1", 50), { episodes: 50, seed: 7 });
console.log(`the best agent: ${meanReturn.toFixed(1)} ± ${stdReturn.toFixed(1)}`);
rmSync(root, { recursive: true });
