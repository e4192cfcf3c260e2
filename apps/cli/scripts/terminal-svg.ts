/** A terminal's screen as SVG. Blocks, braille and lines are drawn as shapes, so that no reader's font can tear the picture. */
import type { IBuffer, IBufferCell } from "@xterm/headless";

const CELL = { width: 8.4, height: 17 };
const PADDING = 18;
const THEME = { background: "#0d1117", text: "#e6edf3", bar: "#161b22" };
/** The sixteen colours by number. */
const PALETTE = [
  "#484f58",
  "#ff7b72",
  "#3fb950",
  "#d29922",
  "#58a6ff",
  "#bc8cff",
  "#39c5cf",
  "#b1bac4",
  "#6e7681",
  "#ffa198",
  "#56d364",
  "#e3b341",
  "#79c0ff",
  "#d2a8ff",
  "#56d4dd",
  "#f0f6fc",
];

const hex = (rgb: number): string => `#${rgb.toString(16).padStart(6, "0")}`;
const foreground = (cell: IBufferCell): string =>
  cell.isFgRGB() ? hex(cell.getFgColor()) : cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? THEME.text) : THEME.text;
const background = (cell: IBufferCell): string | undefined =>
  cell.isBgRGB() ? hex(cell.getBgColor()) : cell.isBgPalette() ? PALETTE[cell.getBgColor()] : undefined;
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const n = (value: number): string => String(Math.round(100 * value) / 100);

/** Lines `from` … `to` of a buffer, `columns` wide, under a title bar. */
export function terminalSvg(buffer: IBuffer, from: number, to: number, columns: number, title: string): string {
  const shapes = new Shapes();
  for (let row = from; row < to; row++) drawRow(buffer, row, columns, PADDING + 34 + (row - from) * CELL.height, shapes);
  const width = Math.ceil(columns * CELL.width + 2 * PADDING);
  const height = Math.ceil((to - from) * CELL.height + 2 * PADDING + 34);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${THEME.background}"/>`,
    `<path d="M0 34V10a10 10 0 0 1 10-10H${width - 10}a10 10 0 0 1 10 10V34Z" fill="${THEME.bar}"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map((color, i) => `<circle cx="${20 + 20 * i}" cy="17" r="6" fill="${color}"/>`),
    `<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.5">`,
    `<text x="${width / 2}" y="21.5" fill="#8b949e" text-anchor="middle">${escape(title)}</text>`,
    ...shapes.parts(),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawRow(buffer: IBuffer, row: number, columns: number, y: number, shapes: Shapes): void {
  const line = buffer.getLine(row);
  if (line === undefined) return;
  let text = "";
  let start = 0;
  let style = "";
  const flush = (): void => {
    if (text.trim() !== "") shapes.text(PADDING + start * CELL.width, y, text, style);
    text = "";
  };
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    if (cell === undefined) break;
    const letter = cell.getChars() || " ";
    const x = PADDING + column * CELL.width;
    const color = foreground(cell);
    const back = background(cell);
    if (back !== undefined && letter !== "▀") shapes.rect(x, y, CELL.width, CELL.height, back);
    if (drawLetter(letter, x, y, color, back, shapes)) {
      flush();
      continue;
    }
    const wanted = `fill="${color}"${cell.isBold() ? ' font-weight="700"' : ""}${cell.isDim() ? ' opacity="0.6"' : ""}`;
    if (wanted !== style || text === "") {
      flush();
      style = wanted;
      start = column;
    }
    text += letter;
  }
  flush();
}

/** True where the letter is drawn as shapes. */
function drawLetter(letter: string, x: number, y: number, color: string, back: string | undefined, shapes: Shapes): boolean {
  const { width, height } = CELL;
  const code = letter.codePointAt(0)!;
  if (letter === "▀") {
    shapes.rect(x, y, width, height / 2, color);
    if (back !== undefined) shapes.rect(x, y + height / 2, width, height / 2, back);
  } else if (letter === "▄") shapes.rect(x, y + height / 2, width, height / 2, color);
  else if (letter === "█") shapes.rect(x, y, width, height, color);
  else if (letter === "━") shapes.rect(x, y + height / 2 - 2, width, 4, color);
  else if (letter === "─") shapes.rect(x, y + height / 2 - 0.5, width, 1, "#6e7681");
  else if (letter === "│" || letter === "┤" || letter === "└") {
    shapes.rect(x + width / 2 - 0.5, y, 1, letter === "└" ? height / 2 : height, "#6e7681");
    if (letter === "┤") shapes.rect(x, y + height / 2 - 0.5, width / 2, 1, "#6e7681");
    if (letter === "└") shapes.rect(x + width / 2, y + height / 2 - 0.5, width / 2, 1, "#6e7681");
  } else if (code >= 0x2800 && code < 0x2900) {
    // Bits of a braille letter: three rows by two columns, then the fourth row.
    const places = [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [0, 3],
      [1, 3],
    ] as const;
    places.forEach(([column, row], bit) => {
      if (code & (1 << bit)) shapes.dot(x + (column + 0.5) * (width / 2), y + (row + 0.5) * (height / 4), color);
    });
  } else return false;
  return true;
}

/** Shapes by colour; neighbouring rectangles grow together. */
class Shapes {
  private readonly rects = new Map<string, { x: number; y: number; width: number; height: number }[]>();
  private readonly dots = new Map<string, string[]>();
  private readonly texts: string[] = [];

  rect(x: number, y: number, width: number, height: number, color: string): void {
    const list = this.rects.get(color) ?? [];
    this.rects.set(color, list);
    const last = list.findLast((one) => one.y === y && one.height === height);
    if (last !== undefined && Math.abs(last.x + last.width - x) < 1e-6) last.width += width;
    else list.push({ x, y, width, height });
  }

  dot(x: number, y: number, color: string): void {
    const list = this.dots.get(color) ?? [];
    this.dots.set(color, list);
    list.push(`M${n(x)} ${n(y)}h0`);
  }

  text(x: number, y: number, text: string, style: string): void {
    const trimmed = text.trimEnd();
    const left = trimmed.length - trimmed.trimStart().length;
    const shown = trimmed.trimStart();
    this.texts.push(
      `<text x="${n(x + left * CELL.width)}" y="${n(y + 12.5)}" textLength="${n(shown.length * CELL.width)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" ${style}>${escape(shown)}</text>`,
    );
  }

  parts(): string[] {
    const rects = [...this.rects].map(
      ([color, list]) =>
        `<path fill="${color}" shape-rendering="crispEdges" d="${list.map(({ x, y, width, height }) => `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`).join("")}"/>`,
    );
    const dots = [...this.dots].map(
      ([color, list]) => `<path stroke="${color}" stroke-width="3.2" stroke-linecap="round" d="${list.join("")}"/>`,
    );
    return [...rects, ...dots, ...this.texts];
  }
}
