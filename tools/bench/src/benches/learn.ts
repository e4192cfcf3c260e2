import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchContext, defineBench, type Row, type Target } from "../bench.ts";
import { algorithms, findAlgorithm, type Algorithm } from "../learn/algorithms.ts";
import { cells, failedBelow } from "../learn/cells.ts";
import { type CurveGroup, drawCurves } from "../learn/curves.ts";
import { runAll } from "../learn/pool.ts";
import { EPISODES, type RunJob, type RunRecord } from "../learn/run.ts";
import { bootstrapInterval, interquartileMean, mean } from "../learn/statistics.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = join(root, "runs", "learn");

/** Seeds that no setting was chosen by; settings are tuned on 0 to 39. */
const JUDGED = "1000-1029";

/** "0-9", "3,5" or a mixture. */
function seedsOf(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (from === undefined) throw new Error(`--seeds is "${text}"; expected numbers and ranges such as 0-9 or 0,3,5.`);
    const first = Number(from);
    return Array.from({ length: Number(to ?? from) - first + 1 }, (_, i) => first + i);
  });
}

/** "gaeLambda=0.9,hiddenSizes=[32]": values are JSON, or text where they are not. */
function settingsOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  return Object.fromEntries(
    text.split(/,(?=\w+=)/).map((part) => {
      const at = part.indexOf("=");
      if (at < 1) throw new Error(`--set is "${text}"; expected NAME=VALUE, separated by commas.`);
      try {
        return [part.slice(0, at), JSON.parse(part.slice(at + 1)) as unknown];
      } catch {
        return [part.slice(0, at), part.slice(at + 1)];
      }
    }),
  );
}

const list = (text: string | undefined): string[] | undefined => text?.split(",").map((word) => word.trim());

interface Group extends CurveGroup {
  /** What the row has to reach; undefined where it is only looked at. */
  readonly target: Target | undefined;
  readonly stretch: Target | undefined;
  readonly algorithm: string;
  readonly tuned: boolean;
  readonly jobs: readonly RunJob[];
}

function groupsOf(flags: BenchContext["flags"]): Omit<Group, "records">[] {
  const seeds = seedsOf(flags.seeds ?? JUDGED);
  const set = settingsOf(flags.set);
  const columns = list(flags.columns) ?? ["tuned", "default"];
  const chosen: readonly Algorithm[] =
    list(flags.algos)?.map((name) => findAlgorithm(name)) ?? algorithms.filter(({ name }) => name in cells);
  return chosen.flatMap(({ name: algorithm, presets, defaultPreset }) =>
    (list(flags.envs) ?? Object.keys(cells[algorithm] ?? {})).flatMap((env) =>
      columns.flatMap((column) => {
        const tuned = column === "tuned";
        if (tuned && !(env in presets)) return [];
        const preset = tuned ? env : defaultPreset;
        const cell = cells[algorithm]?.[env];
        const official = tuned && flags.set === undefined && flags.steps === undefined;
        const group = (steps: number, target?: Target, stretch?: Target): Omit<Group, "records"> => ({
          algorithm,
          env,
          steps,
          tuned,
          target: official ? target : undefined,
          stretch: official ? stretch : undefined,
          name: `${algorithm}, ${tuned ? "preset" : "defaults"}`,
          jobs: seeds.map((seed) => ({ algorithm, env, preset, seed, steps, set })),
        });
        const steps = Number(flags.steps ?? cell?.steps ?? 100_000);
        const { stretch } = cell ?? {};
        const whole = group(steps, cell?.target, stretch?.steps === steps ? stretch.target : undefined);
        return official && stretch !== undefined && stretch.steps < steps
          ? [whole, group(stretch.steps, undefined, stretch.target)]
          : [whole];
      }),
    ),
  );
}

const failed = ({ job, error, score }: RunRecord): boolean => error !== undefined || !(score >= (failedBelow[job.env] ?? -Infinity));

function rowOf({ algorithm, env, steps, tuned, target, stretch, records }: Group): Row {
  const failures = records.filter(failed).map(({ job, error, score }) => `${job.seed}: ${error ?? score.toFixed(1)}`);
  const scores = records.map(({ score }) => score);
  const [low, high] = bootstrapInterval(scores, interquartileMean);
  return {
    work: `${algorithm} ${env}, ${tuned ? "preset" : "defaults"}, ${steps / 1000}k steps`,
    // A seed that threw has no score, and then neither has the cell.
    ours: mean(scores),
    unit: "return",
    better: "higher",
    ...(target === undefined ? {} : { target }),
    ...(stretch === undefined ? {} : { stretch }),
    note: [
      `IQM ${interquartileMean(scores).toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`,
      `worst seed ${Math.min(...scores).toFixed(2)}`,
      `${records.length} seeds`,
      `failed: ${failures.length === 0 ? "none" : failures.join("; ")}`,
      `steps taken ${Math.max(...records.map((record) => record.steps))}`,
      `${mean(records.map(({ seconds }) => seconds)).toFixed(1)} s per run`,
    ].join("; "),
  };
}

export default defineBench({
  name: "learn",
  description: `Final deterministic policy over ${EPISODES} evaluation episodes on unseen seeds, mean over training seeds; with the environment's preset (one setting for all seeds) and with default settings.`,
  flags: {
    algos: "algorithms, separated by commas (default: all that have cells)",
    envs: "environments (default: those of the algorithm's cells)",
    seeds: `training seeds, such as 0-9 or 1,4 (default ${JUDGED})`,
    steps: "environment steps instead of the cell's",
    columns: "tuned, default or both (default)",
    set: "settings beside the preset's: NAME=VALUE,NAME=VALUE",
    threads: "worker threads (default 2)",
    fresh: "yes: run again what has a record in runs/learn",
  },
  async run(ctx) {
    const groups = groupsOf(ctx.flags);
    const jobs = groups.flatMap(({ jobs: own }) => own);
    const records = await runAll(jobs, { folder, threads: Number(ctx.flags.threads ?? 2), fresh: ctx.flags.fresh === "yes", log: ctx.log });
    const done: Group[] = groups.map((group) => ({ ...group, records: records.filter((_, i) => group.jobs.includes(jobs[i]!)) }));
    for (const algorithm of new Set(done.map((group) => group.algorithm))) {
      const file = `learn-${algorithm}.svg`;
      ctx.attach(
        file,
        await drawCurves(
          done.filter((group) => group.algorithm === algorithm && (group.target !== undefined || group.stretch === undefined)),
        ),
      );
      ctx.remark(`![learning curves of ${algorithm}](${file})`);
    }
    ctx.remark(
      `Seeds ${ctx.flags.seeds ?? JUDGED}${ctx.flags.seeds === undefined ? ": no setting was chosen by them" : ""}. IQM: mean of the middle half of the seeds, and its 95 % percentile bootstrap interval over seeds. A seed counts as failed when its run threw, or its score is below ` +
        `${Object.entries(failedBelow)
          .map(([env, score]) => `${score} (${env})`)
          .join(", ")}; failed seeds stay in the mean. Curves: returns of training episodes (drawn actions), mean of the last 100.`,
    );
    return done.map((group) => rowOf(group));
  },
});
