/** A package's README holds its tables of options and metrics as the code makes them; `vitest run -u packages/NAME/test/readme` writes them anew. */
import { optionRows, type MetricInfo, type OptionTable } from "@rl/agent";

/** Table row of some cells; bars within them are escaped. */
const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const code = (text: string): string => `\`${text}\``;

export const metricRows = (info: Readonly<Record<string, MetricInfo>>): string[] =>
  Object.entries(info).map(([tag, { meaning, healthy }]) => row(code(tag), meaning, healthy));

export const settingRows = (options: OptionTable): string[] =>
  optionRows(options).map(({ name, values, default: value, meaning }) => row(code(name), values, code(value), meaning));

/** The text with the rows of the table that has this head replaced; throws where there is none. */
function replaceTable(text: string, head: readonly string[], rows: readonly string[]): string {
  const start = `${row(...head)}\n|${"---|".repeat(head.length)}\n`;
  const at = text.indexOf(start);
  if (at < 0) throw new Error(`The README has no table ${row(...head)}; write its head, and vitest -u fills it.`);
  const after = text.slice(at + start.length).replace(/^(\|.*\n)*/, "");
  return `${text.slice(0, at)}${start}${rows.map((line) => `${line}\n`).join("")}${after}`;
}

/** A README with its tables as the code has them. */
export function readmeOf(
  text: string,
  code: { readonly options: OptionTable; readonly metricInfo: Readonly<Record<string, MetricInfo>> },
): string {
  const withOptions = replaceTable(text, ["option", "values", "default", "meaning"], settingRows(code.options));
  return replaceTable(withOptions, ["tag", "meaning", "healthy"], metricRows(code.metricInfo));
}
