// Figures to reach: parsed from what the row declares, judged on the numbers that are printed.
import type { Row, Target } from "./bench.ts";

export type Verdict = "met" | "missed" | "not measured";

interface ParsedTarget {
  readonly relation: "≥" | "≤";
  readonly factor: number;
  readonly peer: string | undefined;
}

/** "≥ 20 M/s" → { "≥", 20, no peer }; "≤ 1/8 × PyTorch" → { "≤", 0.125, "PyTorch" }, "≥ −80 return" → { "≥", −80, no peer }. Throws on anything else. */
export function parseTarget(target: Target, unit: string): ParsedTarget {
  const match = /^([≥≤]) ([-−]?[0-9]+(?:[._][0-9]+)*(?:e-?[0-9]+)?)(?:\/([0-9.]+))?(?: (.+))?$/.exec(
    target.replace(/(?<=[0-9]) (?=[0-9]{3}\b)/g, ""),
  );
  const help = `a target reads "≥ 20 ${unit}" or "≤ 0.9 × PEER"`;
  if (!match) throw new Error(`Cannot read the target "${target}"; ${help}.`);
  const factor = Number(match[2]?.replaceAll("_", "").replace("−", "-")) / (match[3] === undefined ? 1 : Number(match[3]));
  const rest = match[4];
  const relation = match[1] as "≥" | "≤";
  if (rest?.startsWith("× ")) return { relation, factor, peer: rest.slice(2) };
  if ((rest ?? "") !== unit) throw new Error(`The target "${target}" is in "${rest ?? ""}" and its row in "${unit}"; ${help}.`);
  return { relation, factor, peer: undefined };
}

export const targetsOf = (target: Row["target"]): readonly Target[] =>
  target === undefined ? [] : typeof target === "string" ? [target] : target;

/** Judges one target against a row. */
export function judge(row: Row, target: Target): Verdict {
  const { relation, factor, peer } = parseTarget(target, row.unit);
  if (peer !== undefined && row.peers && !(peer in row.peers) && Object.keys(row.peers).length > 0)
    throw new Error(
      `The target "${target}" of "${row.work}" names a peer that the row lacks; it has ${Object.keys(row.peers).join(", ")}.`,
    );
  const reference = peer === undefined ? 1 : row.peers?.[peer];
  if (row.ours === undefined || reference === undefined || !Number.isFinite(row.ours) || !Number.isFinite(reference)) return "not measured";
  const bound = factor * reference;
  return (relation === "≥" ? row.ours >= bound : row.ours <= bound) ? "met" : "missed";
}

/** The worst verdict of a row's targets; undefined when it has none. */
export function judgeRow(row: Row): Verdict | undefined {
  const verdicts = targetsOf(row.target).map((target) => judge(row, target));
  if (verdicts.length === 0) return undefined;
  return verdicts.includes("missed") ? "missed" : verdicts.includes("not measured") ? "not measured" : "met";
}
