/** Columns of text; the last is cut where the screen ends. */
import type { Screen } from "./screen.ts";

export function printTable(screen: Screen, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const format = (cells: readonly string[]): string => {
    const line = cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column]!))).join("  ");
    return screen.live && line.length >= screen.columns ? `${line.slice(0, screen.columns - 2)}…` : line;
  };
  screen.line(screen.colors.bold(format(head)));
  for (const row of rows) screen.line(format(row));
}
