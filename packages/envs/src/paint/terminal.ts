import { checkKeys } from "@rl/math/options";
import type { Scene, TextShape } from "../scene.ts";
import { Pixels } from "./pixels.ts";

/** "truecolor": half blocks in 24-bit colour. "blocks": half blocks without any colour. "ascii": letters by darkness, for terminals and logs that know
 *  nothing else. The last two hold no control codes. */
export type TerminalStyle = "truecolor" | "blocks" | "ascii";

export interface TerminalSize {
  /** Most columns and rows of letters to fill; the picture keeps its proportions. Defaults 80 and 24. */
  readonly columns?: number;
  readonly rows?: number;
  /** Default "truecolor". */
  readonly style?: TerminalStyle;
}

/** Strokes thinner than this share of a cell's half would fade away. */
const MINIMUM_STROKE = 0.8;
const RESET = "\x1b[0m";

/** Paints scenes as text: rows of equal length joined by "\n", no newline at the end. Keeps its buffer from picture to picture while the size stays. */
export class TerminalPainter {
  private readonly columns: number;
  private readonly rows: number;
  private readonly style: TerminalStyle;
  private pixels: Pixels | undefined;

  constructor(size: TerminalSize = {}) {
    checkKeys("TerminalPainter", size, ["columns", "rows", "style"]);
    const { columns = 80, rows = 24, style = "truecolor" } = size;
    for (const [name, value] of [
      ["columns", columns],
      ["rows", rows],
    ] as const) {
      if (!Number.isInteger(value) || value < 1 || value > 2000) {
        throw new RangeError(`TerminalPainter: ${name} is ${value}, expected a whole number from 1 to 2000; give the terminal's size.`);
      }
    }
    if (style !== "truecolor" && style !== "blocks" && style !== "ascii") {
      throw new RangeError(`TerminalPainter: style is "${String(style)}", expected "truecolor", "blocks" or "ascii"; choose one of them.`);
    }
    this.columns = columns;
    this.rows = rows;
    this.style = style;
  }

  paint(scene: Scene): string {
    // A cell is twice as high as wide: one pixel across, two down.
    const scale = Math.min(this.columns / scene.width, (2 * this.rows) / scene.height);
    const columns = Math.max(1, Math.round(scene.width * scale));
    const rows = Math.max(1, Math.round((scene.height * scale) / 2));
    let pixels = this.pixels;
    if (pixels?.width !== columns || pixels.height !== 2 * rows) this.pixels = pixels = new Pixels(columns, 2 * rows);
    const texts = scene.shapes.filter((shape) => shape.kind === "text");
    pixels.paint(
      texts.length === 0 ? scene : { ...scene, shapes: scene.shapes.filter((shape) => shape.kind !== "text") },
      undefined,
      MINIMUM_STROKE,
    );
    const letters = new Map<number, string>();
    for (const text of texts) lay(text, columns / scene.width, rows / scene.height, columns, rows, letters);
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) {
      lines.push(this.style === "truecolor" ? coloured(pixels, row, letters) : plain(pixels, row, letters, scene, this.style));
    }
    return lines.join("\n");
  }
}

/** One picture as text; for many frames keep a `TerminalPainter`. */
export function paintTerminal(scene: Scene, size: TerminalSize = {}): string {
  return new TerminalPainter(size).paint(scene);
}

/** Puts the letters of a text into the cells they start at. */
function lay(shape: TextShape, toColumns: number, toRows: number, columns: number, rows: number, letters: Map<number, string>): void {
  const row = Math.floor((shape.at[1] - shape.size / 2) * toRows);
  const column = Math.floor(shape.at[0] * toColumns);
  if (row < 0 || row >= rows) return;
  [...shape.text].forEach((letter, i) => {
    if (column + i >= 0 && column + i < columns) letters.set(row * columns + column + i, letter);
  });
}

function coloured(pixels: Pixels, row: number, letters: ReadonlyMap<number, string>): string {
  const { data, width } = pixels;
  let line = "";
  let upper = "";
  let lower = "";
  for (let x = 0; x < width; x++) {
    const a = 4 * (2 * row * width + x);
    const b = a + 4 * width;
    const letter = letters.get(row * width + x);
    const background = `\x1b[48;2;${data[b]};${data[b + 1]};${data[b + 2]}m`;
    const bright = data[b]! + data[b + 1]! + data[b + 2]! > 384;
    const ink = letter === undefined ? `${data[a]};${data[a + 1]};${data[a + 2]}` : bright ? "0;0;0" : "255;255;255";
    const foreground = `\x1b[38;2;${ink}m`;
    if (foreground !== upper) line += upper = foreground;
    if (background !== lower) line += lower = background;
    line += letter ?? "▀";
  }
  return line + RESET;
}

const SHADES = " .:-=+*#%@";

function plain(pixels: Pixels, row: number, letters: ReadonlyMap<number, string>, scene: Scene, style: TerminalStyle): string {
  const { data, width } = pixels;
  const [red, green, blue] = scene.background;
  // How far a pixel stands out from the background, 0 … 1.
  const contrast = (at: number): number =>
    Math.min(1, (Math.abs(data[at]! - red) + Math.abs(data[at + 1]! - green) + Math.abs(data[at + 2]! - blue)) / 384);
  let line = "";
  for (let x = 0; x < width; x++) {
    const a = 4 * (2 * row * width + x);
    const upper = contrast(a);
    const lower = contrast(a + 4 * width);
    const letter = letters.get(row * width + x);
    if (letter !== undefined) line += letter;
    else if (style === "ascii") line += SHADES[Math.round(((upper + lower) / 2) * (SHADES.length - 1))];
    else line += upper >= 0.25 ? (lower >= 0.25 ? "█" : "▀") : lower >= 0.25 ? "▄" : " ";
  }
  return line;
}
