/** Columns of text. On a terminal the last is broken between words; where the others leave it too little room, each row is a short block. */
import { wrap } from "./guard.ts";
import type { Screen } from "./screen.ts";

const GAP = "  ";
/** Letters that the last column needs at least to be read. */
const LEAST = 24;

export function printTable(screen: Screen, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const last = head.length - 1;
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = screen.live ? screen.columns - 1 - before : Infinity;
  if (room < Math.min(LEAST, widths[last]!)) return printBlocks(screen, head, rows);
  const print = (cells: readonly string[], style: (text: string) => string): void => {
    const first = cells.slice(0, last).map((cell, column) => cell.padEnd(widths[column]!) + GAP);
    const [line = "", ...more] = wrap(cells[last] ?? "", room);
    screen.line(style(first.join("") + line));
    for (const each of more) screen.line(style(" ".repeat(before) + each));
  };
  print(head, screen.colors.bold);
  for (const row of rows) print(row, (text) => text);
}

/** The first cells, then the others behind their titles. */
function printBlocks(screen: Screen, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const short =
    rows.some((row) => (row[0] ?? "") !== (rows[0]?.[0] ?? "")) && new Set(rows.map((row) => row[0])).size === rows.length ? 1 : 2;
  for (const row of rows) {
    screen.line(screen.colors.bold(row.slice(0, short).join(" ")));
    const titled = head.length > short + 1;
    for (let column = short; column < head.length; column++) screen.line(`${GAP}${titled ? `${head[column]}: ` : ""}${row[column]}`);
  }
}
