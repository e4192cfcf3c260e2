/** Holds a package's README against its code: the table of metrics, the table of options and their defaults. */

export interface Promised {
  readonly metricInfo: Readonly<Record<string, { readonly meaning: string; readonly healthy: string }>>;
  readonly defaults: object;
  /** Options that another README explains. */
  readonly elsewhere?: readonly string[];
}

const escaped = (text: string): string => text.replaceAll("|", "\\|");

/** The rows of the table of metrics, as the README must have them. */
export const metricRows = (info: Promised["metricInfo"]): string[] =>
  Object.entries(info).map(([tag, { meaning, healthy }]) => `| \`${tag}\` | ${escaped(meaning)} | ${escaped(healthy)} |`);

/** Cuts at commas outside of brackets. */
function items(cell: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of cell) {
    if ("[{(".includes(letter)) depth += 1;
    if ("]})".includes(letter)) depth -= 1;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim().replaceAll("`", ""));
}

/** Whether a cell says a value: 3e-4, "gae", null, [64, 64], ∞, 1e-3 → 0 for { linear: [1e-3, 0] }. */
function says(text: string, value: unknown): boolean {
  if (typeof value === "number") return (text === "∞" ? Infinity : Number(text.replaceAll(/[\s_]/g, ""))) === value;
  if (typeof value === "object" && value !== null && "linear" in value) {
    const ends = /^(\S+) → (\S+)$/.exec(text) ?? /^\{ ?linear: \[(\S+), (\S+)\] ?\}$/.exec(text);
    const [from, to] = value.linear as readonly [number, number];
    return ends !== null && Number(ends[1]) === from && Number(ends[2]) === to;
  }
  return text.replaceAll(" ", "") === JSON.stringify(value);
}

/** What is missing or wrong, one sentence each. */
export function readmeFindings(text: string, { metricInfo, defaults, elsewhere = [] }: Promised): string[] {
  const findings = metricRows(metricInfo)
    .filter((row) => !text.includes(`\n${row}\n`))
    .map((row) => `The table of metrics lacks: ${row}`);
  const [, options = ""] = /^## Options\n([\s\S]*?)(?=^## )/m.exec(text) ?? [];
  const known = defaults as Readonly<Record<string, unknown>>;
  const seen = new Set<string>();
  for (const row of options.split("\n").filter((line) => line.startsWith("| `"))) {
    const [names = "", values = ""] = row.split(" | ").map((cell) => cell.replace(/^\| /, ""));
    const keys = items(names);
    const said = items(values);
    for (const [i, key] of keys.entries()) {
      seen.add(key);
      if (!(key in known)) findings.push(`The table of options has ${key}, which is no option.`);
      else if (said.length !== keys.length) findings.push(`${names}: ${said.length} defaults for ${keys.length} options.`);
      else if (!says(said[i]!, known[key]))
        findings.push(`${key}: the README says ${said[i]}, the default is ${JSON.stringify(known[key])}.`);
    }
  }
  // A few are named in the sentence above the table, with their default where there is one worth naming.
  for (const key of Object.keys(known))
    if (!seen.has(key) && !elsewhere.includes(key) && !options.includes(`\`${key}\``)) findings.push(`The options lack ${key}.`);
  return findings;
}
