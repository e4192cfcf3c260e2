/** Logs and reward tables from text: CSV with a header, numbers only, or JSON. What is wrong is named with its line or item. */
import { parseJson } from "@rl/math/json";
import { quote, show } from "@rl/math/options";
import type { LoggedPull } from "./offline.ts";

/** A table of rewards: what each arm gives in each round. */
export interface RewardTable {
  /** Names of the columns; "0", "1", … from JSON. */
  readonly arms: readonly string[];
  /** One row for each round, one number for each arm. */
  readonly rewards: readonly (readonly number[])[];
}

/**
 * Reads a log. CSV: a header with `arm`, `reward` and any number of context columns, one pull a line. JSON: an array of `{ arm, reward, context? }`.
 */
export function readLog(text: string): LoggedPull[] {
  if (isJson("readLog", text)) return parseItems("readLog", text).map(loggedPull);
  const { header, rows } = parseCsv("readLog", text);
  const arm = header.indexOf("arm");
  const reward = header.indexOf("reward");
  if (arm < 0 || reward < 0)
    throw new Error(`readLog: got header ${quote(header.join(","))}; expected columns named arm and reward (others are the context).`);
  return rows.map((cells) => {
    const context = cells.filter((_, column) => column !== arm && column !== reward);
    return { arm: cells[arm]!, reward: cells[reward]!, ...(context.length > 0 ? { context } : {}) };
  });
}

/** Reads a table of rewards for `tableArms`. CSV: a header with a name for each arm, one round a line. JSON: an array of rows, each an array with a number for each arm. */
export function readTable(text: string): RewardTable {
  if (!isJson("readTable", text)) {
    const { header, rows } = parseCsv("readTable", text);
    if (header.some((name) => Number.isFinite(Number(name))))
      throw new Error(
        `readTable: got header ${quote(header.join(","))}; expected the names of the arms, which are no numbers; put a line with a name for each arm first.`,
      );
    return { arms: header, rewards: rows };
  }
  const rewards = parseItems("readTable", text).map((row, i, all) => {
    const width = Array.isArray(all[0]) ? all[0].length : 0;
    if (!Array.isArray(row) || row.length === 0 || row.length !== width || !row.every(Number.isFinite))
      throw new Error(`readTable: got ${show(row)} as item ${i}; expected an array of ${width || "finite"} numbers, one for each arm.`);
    return row as number[];
  });
  return { arms: (rewards[0] ?? []).map((_, arm) => String(arm)), rewards };
}

function isJson(where: string, text: string): boolean {
  if (typeof text !== "string") throw new Error(`${where}: got ${show(text)}; expected text, CSV or JSON.`);
  return /^\s*[[{]/.test(text);
}

function parseItems(where: string, text: string): unknown[] {
  let items: unknown;
  try {
    items = parseJson(text);
  } catch (error) {
    throw new Error(`${where}: got text that ${(error as Error).message}; expected a JSON array, or CSV.`, { cause: error });
  }
  if (!Array.isArray(items))
    throw new Error(`${where}: got a JSON ${typeof items}; expected an array; put [ and ] around what it holds, separated by commas.`);
  return items as unknown[];
}

function loggedPull(item: unknown, i: number): LoggedPull {
  const { arm, reward, context } = (item ?? {}) as Record<string, unknown>;
  const numbers = [arm, reward, ...(Array.isArray(context) ? (context as unknown[]) : [])];
  if ((context !== undefined && !Array.isArray(context)) || !numbers.every(Number.isFinite))
    throw new Error(`readLog: got ${show(item)} as item ${i}; expected { arm, reward, context? } of finite numbers.`);
  return { arm: arm as number, reward: reward as number, ...(context === undefined ? {} : { context: context as number[] }) };
}

function parseCsv(where: string, text: string): { header: string[]; rows: number[][] } {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, at: i + 1 }));
  const [first, ...rest] = lines.filter(({ line }) => line.trim() !== "");
  const header = (first?.line ?? "").split(",").map((name) => name.trim());
  if (header.includes(""))
    throw new Error(`${where}: got header ${quote(first?.line ?? "")}; expected a name for every column; put them into the first line.`);
  const rows = rest.map(({ line, at }) => {
    const cells = line.split(",").map((cell) => (cell.trim() === "" ? NaN : Number(cell)));
    if (cells.length !== header.length || !cells.every(Number.isFinite))
      throw new Error(`${where}: got ${quote(line)} on line ${at}; expected ${header.length} numbers separated by commas.`);
    return cells;
  });
  return { header, rows };
}
