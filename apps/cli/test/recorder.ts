import pc from "picocolors";
import type { Screen } from "../src/terminal/screen.ts";

/** A screen that keeps what is written; plain, as a file, unless told otherwise. */
export function recorder(options: Partial<Pick<Screen, "live" | "columns" | "rows" | "style">> = {}): {
  readonly screen: Screen;
  readonly text: () => string;
} {
  let all = "";
  const { live = false, columns = 80, rows = 24, style = "blocks" } = options;
  const screen: Screen = {
    live,
    columns,
    rows,
    style,
    colors: pc.createColors(false),
    write: (text) => void (all += text),
    line: (text = "") => void (all += `${text}\n`),
    warn: (sentence) => void (all += `warning: ${sentence}\n`),
  };
  return { screen, text: () => all };
}
