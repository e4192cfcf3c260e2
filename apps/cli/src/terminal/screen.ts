/** Where output goes, and what it can show. */
import * as tty from "node:tty";
import pc from "picocolors";

export type Style = "truecolor" | "blocks" | "ascii";

/** What output is written to, before the guard. */
export interface Surface {
  /** True where lines can be redrawn and frames animated. */
  readonly live: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** How pictures are drawn. */
  readonly style: Style;
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  line(text?: string): void;
}

export interface Screen extends Surface {
  /** A sentence beside the output, where complaints go. */
  warn(sentence: string): void;
}

/** What is used of a process's standard output; without columns and rows where it is a file. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}
type Variables = Readonly<Record<string, string | undefined>>;

/** What standard output can show; a terminal that calls itself "dumb" is treated like a file. */
export function openScreen(stream: Output = process.stdout, env: Variables = process.env): Surface {
  // isTTY is undefined, not false, where output is no terminal; an undefined would mean "guess" to createColors.
  const live = Boolean(stream.isTTY) && env["TERM"] !== "dumb" && env["CI"] === undefined;
  const plain = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const colors = live && !plain;
  const deep = colors && tty.WriteStream.prototype.getColorDepth.call(stream, env as Record<string, string>) >= 24;
  // Terminals that know 24-bit colour do not always say so; of those that know 256 colours almost all do.
  const guess = colors && /256|truecolor|kitty|ghostty|alacritty|wezterm/.test(`${env["TERM"]} ${env["COLORTERM"]}`);
  return {
    live,
    colors: pc.createColors(colors),
    style:
      deep || guess ? "truecolor" : /utf-?8/i.test(`${env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"] ?? "utf8"}`) ? "blocks" : "ascii",
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    write: (text) => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
  };
}

export const HIDE_CURSOR = "\x1b[?25l";
export const SHOW_CURSOR = "\x1b[?25h";
/** Back to the first column, and the line is empty. */
export const CLEAR_LINE = "\r\x1b[2K";
export const upLines = (count: number): string => (count > 0 ? `\x1b[${count}A` : "");
