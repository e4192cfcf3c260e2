/** Exact area coverage of the pixels of a grid by closed outlines, from signed trapezoids: an edge that crosses pixel (i, row) adds the signed area
 *  it leaves to its right to cell i and the rest to cell i + 1; the running sum along a row is then the (winding-weighted) share of each pixel that
 *  lies inside. Only + − × ÷ in float64, in a fixed order: every machine gets the same bits. The grid is reused from shape to shape. */
export class Coverage {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** Differences of coverage, `height` × `stride`, all zero between shapes. */
  readonly cells: Float64Array;
  /** First and last touched cell of each row; first > last where nothing was touched. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Rows are read in blocks of 1 << blockShift cells, at most 32 to a row; bit k of a row's word says that block k was touched. */
  readonly blockShift: number;
  readonly touched: Int32Array;
  /** Touched rows: top … bottom, top > bottom when nothing was touched. */
  top: number;
  bottom: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.stride = width + 2;
    this.cells = new Float64Array(this.stride * height);
    this.first = new Int32Array(height).fill(width + 2);
    this.last = new Int32Array(height).fill(-1);
    let shift = 0;
    while (this.stride >> shift >= 32) shift++;
    this.blockShift = shift;
    this.touched = new Int32Array(height);
    this.top = height;
    this.bottom = -1;
  }

  /** One directed edge in pixels, y down. Outlines must be closed; parts outside of the grid are clipped. */
  edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    if (y0 < y1) this.clipRows(x0, y0, x1, y1, 1);
    else this.clipRows(x1, y1, x0, y0, -1);
  }

  private clipRows(x0: number, y0: number, x1: number, y1: number, sign: number): void {
    const { width, height } = this;
    // The negated form also refuses NaN.
    if (!(y1 > 0 && y0 < height)) return;
    const slope = (x1 - x0) / (y1 - y0);
    if (y0 < 0) {
      x0 -= y0 * slope;
      y0 = 0;
    }
    if (y1 > height) {
      x1 -= (y1 - height) * slope;
      y1 = height;
    }
    // What lies left of the grid counts as an edge along its left side; what lies right of it covers nothing that is seen.
    if (x0 >= width && x1 >= width) return;
    if (x0 <= 0 && x1 <= 0) return this.walk(0, y0, 0, y1, sign);
    const rising = x1 > x0;
    const low = rising ? x0 : x1;
    const high = rising ? x1 : x0;
    const yAtLeft = low < 0 ? clamp(y0 - x0 / slope, y0, y1) : rising ? y0 : y1;
    const yAtRight = high > width ? clamp(y0 + (width - x0) / slope, y0, y1) : rising ? y1 : y0;
    if (rising) {
      if (low < 0) this.walk(0, y0, 0, yAtLeft, sign);
      this.walk(low < 0 ? 0 : x0, yAtLeft, high > width ? width : x1, yAtRight, sign);
    } else {
      this.walk(high > width ? width : x0, yAtRight, low < 0 ? 0 : x1, yAtLeft, sign);
      if (low < 0) this.walk(0, yAtLeft, 0, y1, sign);
    }
  }

  private walk(x0: number, y0: number, x1: number, y1: number, sign: number): void {
    if (!(y1 > y0)) return;
    const { cells, stride, first, last, touched, blockShift } = this;
    const slope = (x1 - x0) / (y1 - y0);
    const low = x0 < x1 ? x0 : x1;
    const high = x0 < x1 ? x1 : x0;
    const startRow = Math.floor(y0);
    let x = x0;
    let y = y0;
    let row = startRow;
    for (; y < y1; row++) {
      const yNext = row + 1 < y1 ? row + 1 : y1;
      const xNext = yNext === y1 ? x1 : clamp(x0 + (yNext - y0) * slope, low, high);
      const left = x < xNext ? x : xNext;
      const right = x < xNext ? xNext : x;
      const area = (yNext - y) * sign;
      const base = row * stride;
      const i0 = Math.floor(left);
      let i1 = i0;
      if (right <= i0 + 1) {
        const share = (left + right) * 0.5 - i0;
        cells[base + i0] = cells[base + i0]! + area * (1 - share);
        cells[base + i0 + 1] = cells[base + i0 + 1]! + area * share;
      } else {
        const perPixel = area / (right - left);
        for (let a = left; a < right; i1++) {
          const b = i1 + 1 < right ? i1 + 1 : right;
          const part = (b - a) * perPixel;
          const share = (a + b) * 0.5 - i1;
          cells[base + i1] = cells[base + i1]! + part * (1 - share);
          cells[base + i1 + 1] = cells[base + i1 + 1]! + part * share;
          a = b;
        }
        i1--;
      }
      if (i0 < first[row]!) first[row] = i0;
      if (i1 + 1 > last[row]!) last[row] = i1 + 1;
      touched[row] = touched[row]! | ((2 << ((i1 + 1) >> blockShift)) - (1 << (i0 >> blockShift)));
      x = xNext;
      y = yNext;
    }
    if (startRow < this.top) this.top = startRow;
    if (row - 1 > this.bottom) this.bottom = row - 1;
  }

  /** Forgets the touched rows once their cells were read and zeroed. */
  reset(): void {
    for (let row = this.top; row <= this.bottom; row++) {
      this.first[row] = this.stride;
      this.last[row] = -1;
      this.touched[row] = 0;
    }
    this.top = this.height;
    this.bottom = -1;
  }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
