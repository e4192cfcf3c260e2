import { optionRows } from "@rl/agent";
import { makeVec, registeredIds, spec } from "@rl/envs";
import { hint } from "@rl/train";
import { algorithms, madeFor } from "../algorithms.ts";
import { UsageError } from "../errors.ts";
import { RESERVED } from "../job.ts";
import { printTable } from "../terminal/table.ts";
import type { Screen } from "../terminal/screen.ts";

const WHAT = ["envs", "algos", "presets", "settings"] as const;

export function list(screen: Screen, what: string): void {
  switch (what as (typeof WHAT)[number]) {
    case "envs":
      return printTable(
        screen,
        ["environment", "observations", "actions", "steps at most", "solved at"],
        registeredIds().map((id) => {
          const env = makeVec(id, 1);
          const { maxEpisodeSteps, rewardThreshold } = spec(id);
          return [
            id,
            describe(env.singleObservationSpace),
            describe(env.singleActionSpace),
            maxEpisodeSteps === undefined ? "–" : String(maxEpisodeSteps),
            rewardThreshold === undefined ? "–" : String(rewardThreshold),
          ];
        }),
      );
    case "algos":
      return printTable(
        screen,
        ["algorithm", "actions", "presets", "what it is"],
        algorithms.map(({ name, actions, presets, defaultPreset, title }) => [
          name,
          actions,
          Object.keys(presets)
            .map((preset) => (preset === defaultPreset ? `${preset}*` : preset))
            .join(" "),
          title,
        ]),
      );
    case "presets":
      return printTable(
        screen,
        ["algorithm", "preset", "made for", "settings that differ from the algorithm's defaults"],
        algorithms.flatMap((algorithm) =>
          Object.entries(algorithm.presets).map(([preset, settings]) => [
            algorithm.name,
            preset,
            madeFor(algorithm, preset) ?? "any",
            Object.entries(settings as Record<string, unknown>)
              .map(([key, value]) => `${key}=${typeof value === "number" ? String(value) : JSON.stringify(value)}`)
              .join(" ") || "none",
          ]),
        ),
      );
    case "settings":
      return printTable(
        screen,
        ["algorithm", "setting", "default", "values", "meaning"],
        algorithms.flatMap(({ name, options }) =>
          optionRows(options)
            .filter((row) => RESERVED[row.name] === undefined)
            .map((row) => [name, row.name, row.default, row.values, row.meaning]),
        ),
      );
    default:
      throw new UsageError(`rl list knows no "${what}"${hint(what, WHAT)} Choose one of ${WHAT.join(", ")}.`);
  }
}

/** "2 choices", "1 number, −2 … 2", "4 numbers": a space in a few words. */
function describe(space: object): string {
  const { n, low, high, size } = space as {
    readonly n?: number;
    readonly low?: ArrayLike<number>;
    readonly high?: ArrayLike<number>;
    readonly size: number;
  };
  if (low !== undefined && high !== undefined) {
    const same = new Set(Array.from(low)).size === 1 && new Set(Array.from(high)).size === 1;
    return `${size} ${size === 1 ? "number" : "numbers"}${same ? `, ${String(low[0]).replace("-", "−")} … ${high[0]}` : ""}`;
  }
  return n === undefined ? String(space) : `${n} choices`;
}
