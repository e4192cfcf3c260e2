/** Line charts in braille: each letter is two dots wide and four high. */

export interface TerminalSeries {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface TerminalChartOptions {
  /** Letters from edge to edge, axis and labels included. */
  readonly width: number;
  /** Lines of the plotting area. */
  readonly height: number;
  readonly xLabel?: string;
  /** The x axis begins at 0. */
  readonly fromZero?: boolean;
  /** Level to mark with a dotted line, such as the score at which a task is solved. */
  readonly rule?: { readonly y: number; readonly label: string };
  /** Colours series i; default: no colour. */
  readonly paint?: (text: string, series: number) => string;
}

// Bits of the braille patterns from U+2800 on, by row and column.
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Lines of text. Points that are not finite leave gaps. */
export function terminalChart(series: readonly TerminalSeries[], options: TerminalChartOptions): string[] {
  const { height, rule, xLabel, paint = (text: string) => text } = options;
  const range = (values: (one: TerminalSeries) => ArrayLike<number>, also: readonly number[]): [number, number] => {
    let low = Infinity;
    let high = -Infinity;
    for (const value of [...also, ...series.flatMap((one) => Array.from(values(one)))]) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return low > high ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
  };
  const [bottom, top] = range((one) => one.y, rule === undefined ? [] : [rule.y]);
  const yTicks = ticks(bottom, top, Math.max(2, Math.round(height / 3))).filter((value) => value >= bottom && value <= top);
  const [left, right] = range((one) => one.x, options.fromZero === true ? [0] : []);
  const labels = yTicks.map(tickLabel);
  const gutter = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(8, options.width - gutter - 2);

  const cells = Array.from({ length: height }, () => ({ dots: new Uint8Array(columns), owner: new Int8Array(columns).fill(-1) }));
  const toColumn = (x: number): number => ((x - left) / (right - left)) * (2 * columns - 1);
  const toRow = (y: number): number => ((top - y) / (top - bottom)) * (4 * height - 1);
  const dot = (column: number, row: number, owner: number): void => {
    const cell = cells[row >> 2];
    if (cell === undefined || column < 0 || column >= 2 * columns) return;
    cell.dots[column >> 1]! |= DOTS[row & 3]![column & 1]!;
    cell.owner[column >> 1] = owner;
  };
  if (rule !== undefined) for (let column = 0; column < 2 * columns; column += 4) dot(column, Math.round(toRow(rule.y)), -1);
  series.forEach(({ x, y }, owner) => {
    for (let i = 0; i < x.length; i++) {
      if (!Number.isFinite(y[i])) continue;
      const from = i > 0 && Number.isFinite(y[i - 1]) ? i - 1 : i;
      stroke(toColumn(x[from]!), toRow(y[from]!), toColumn(x[i]!), toRow(y[i]!), (column, row) => dot(column, row, owner));
    }
  });

  const rowOf = yTicks.map((value) => Math.min(height - 1, Math.round(toRow(value)) >> 2));
  const notes = cells.map(() => "");
  if (rule !== undefined) {
    // The label stands under its line, where the curves leave room.
    const row = (Math.round(toRow(rule.y)) >> 2) + 1;
    if (row < height && cells[row]!.dots.subarray(0, rule.label.length + 1).every((dots) => dots === 0)) notes[row] = rule.label;
  }
  const lines = cells.map(({ dots, owner }, row) => {
    const tick = rowOf.lastIndexOf(row);
    let text = "";
    for (let column = 0; column < columns; column++) {
      const letter = dots[column] === 0 ? (notes[row]![column] ?? " ") : String.fromCharCode(0x2800 + dots[column]!);
      text += owner[column]! < 0 ? letter : paint(letter, owner[column]!);
    }
    return `${(tick < 0 ? "" : labels[tick]!).padStart(gutter)} ${tick < 0 ? "│" : "┤"}${text.trimEnd()}`;
  });
  lines.push(`${" ".repeat(gutter)} └${"─".repeat(columns)}`, xAxis(left, right, columns, gutter + 2, xLabel));
  return lines;
}

/** Dots from one point to the next. */
function stroke(x0: number, y0: number, x1: number, y1: number, dot: (column: number, row: number) => void): void {
  const count = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
  for (let i = 0; i <= count; i++) dot(Math.round(x0 + ((x1 - x0) * i) / count), Math.round(y0 + ((y1 - y0) * i) / count));
}

function xAxis(left: number, right: number, columns: number, indent: number, label = ""): string {
  const text = Array.from({ length: indent + columns }, () => " ");
  const end = text.length - (label === "" ? 0 : label.length + 2);
  let free = 0;
  for (const value of ticks(left, right, Math.floor(columns / 14))) {
    if (value < left || value > right) continue;
    const word = tickLabel(value);
    const at = Math.max(free, indent + Math.round(((value - left) / (right - left)) * (columns - 1)) - (word.length >> 1));
    if (at + word.length > end) break;
    for (let i = 0; i < word.length; i++) text[at + i] = word[i]!;
    free = at + word.length + 2;
  }
  return `${text.join("").slice(0, text.length - label.length)}${label}`.trimEnd();
}

/** Round numbers that span the range: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return String(Number(value.toPrecision(6)));
}
