import type { Color, Scene, Shape } from "../scene.ts";
import { Coverage } from "./coverage.ts";
import { Pen } from "./outline.ts";

/** Part of a scene, in its own pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Picture buffer: RGBA bytes, rows from the top, 4 · width · height of them. Make one and paint every frame into it: `paint` allocates nothing. */
export class Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity per pixel, 0 … 255, colours not multiplied by the opacity. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  private readonly words: Uint32Array<ArrayBuffer>;
  private readonly grid: Coverage;
  private readonly pen: Pen;

  constructor(width: number, height: number) {
    if (!isSize(width) || !isSize(height)) {
      throw new RangeError(`Pixels: got ${width} × ${height}, expected two whole numbers from 1 to 16384; round the size first.`);
    }
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(4 * width * height);
    this.words = new Uint32Array(this.data.buffer);
    this.grid = new Coverage(width, height);
    this.pen = new Pen(this.grid);
  }

  /** Paints over the whole buffer: the scene, or only `view` of it, stretched to the buffer's size. Edges are anti-aliased by exact area, so
   *  painting small is the same as painting large and averaging. Strokes are never thinner than `minimumStroke` pixels of this buffer (default 0). */
  paint(scene: Scene, view?: View, minimumStroke = 0): this {
    const width = view?.width ?? scene.width;
    const height = view?.height ?? scene.height;
    if (!(width > 0 && height > 0)) {
      throw new RangeError(
        `Pixels.paint: the view is ${width} × ${height}, expected a width and a height above 0; give a view inside of the scene.`,
      );
    }
    this.pen.view(view?.x ?? 0, view?.y ?? 0, this.width / width, this.height / height);
    this.words.fill(this.word(scene.background));
    const { shapes } = scene;
    for (let i = 0; i < shapes.length; i++) this.shape(shapes[i]!, minimumStroke);
    return this;
  }

  private shape(shape: Shape, minimumStroke: number): void {
    if ("fill" in shape && shape.fill !== undefined) {
      this.pen.fill(shape);
      this.blend(shape.fill, shape.kind === "polygon");
    }
    if ("stroke" in shape && shape.stroke !== undefined) {
      this.pen.outline(shape, minimumStroke);
      this.blend(shape.stroke, false);
    }
  }

  /** The four bytes of a colour as one word in this machine's byte order. */
  private word(color: Color): number {
    COLOR_BYTES[0] = color[0];
    COLOR_BYTES[1] = color[1];
    COLOR_BYTES[2] = color[2];
    COLOR_BYTES[3] = (color[3] ?? 1) * 255;
    return COLOR_WORD[0]!;
  }

  /** Lays `color` over the pixels by the gathered coverage, in 256 levels, and empties the grid. */
  private blend(color: Color, evenOdd: boolean): void {
    const { cells, stride, first, last, touched, blockShift, top, bottom } = this.grid;
    const { words, width } = this;
    const blockSize = 1 << blockShift;
    const opacity = 256 * (color[3] ?? 1);
    const full = this.word(color);
    for (let row = top; row <= bottom; row++) {
      const base = row * stride;
      const pixel = row * width;
      const end = last[row]!;
      const limit = end < width - 1 ? end : width - 1;
      let covered = 0;
      let level = 0;
      for (let i = first[row]!; i <= limit; i++) {
        if ((i & (blockSize - 1)) === 0 && ((touched[row]! >> (i >> blockShift)) & 1) === 0) {
          const stop = i + blockSize - 1 < limit ? i + blockSize - 1 : limit;
          if (level !== 0) this.run(pixel + i, pixel + stop, color, full, level);
          i = stop;
          continue;
        }
        const change = cells[base + i]!;
        if (change !== 0) {
          cells[base + i] = 0;
          covered += change;
          level = (share(covered, evenOdd) * opacity + 0.5) | 0;
        }
        if (level === 256) words[pixel + i] = full;
        else if (level !== 0) this.mix(4 * (pixel + i), color, level);
      }
      // Past the last touched cell only an outline that the right border cut off is still open.
      if (level !== 0) this.run(pixel + limit + 1, pixel + width - 1, color, full, level);
      for (let i = limit + 1; i <= end; i++) cells[base + i] = 0;
    }
    this.grid.reset();
  }

  /** Pixels from … to (both painted) at one level. */
  private run(from: number, to: number, color: Color, full: number, level: number): void {
    for (let i = from; i <= to; i++) {
      if (level === 256) this.words[i] = full;
      else this.mix(4 * i, color, level);
    }
  }

  /** One pixel: out = old + (new − old) · level/256 where the picture is opaque, else "over" of two colours with opacity. */
  private mix(at: number, color: Color, level: number): void {
    const { data } = this;
    const below = data[at + 3]!;
    if (below === 255) {
      const rest = 256 - level;
      data[at] = (data[at]! * rest + color[0] * level + 128) >> 8;
      data[at + 1] = (data[at + 1]! * rest + color[1] * level + 128) >> 8;
      data[at + 2] = (data[at + 2]! * rest + color[2] * level + 128) >> 8;
      return;
    }
    const upper = level / 256;
    const lower = (below / 255) * (1 - upper);
    const sum = upper + lower;
    for (let k = 0; k < 3; k++) data[at + k] = Math.floor((color[k]! * upper + data[at + k]! * lower) / sum + 0.5);
    data[at + 3] = Math.floor(sum * 255 + 0.5);
  }
}

const COLOR = new ArrayBuffer(4);
const COLOR_BYTES = /* @__PURE__ */ new Uint8ClampedArray(COLOR);
const COLOR_WORD = /* @__PURE__ */ new Uint32Array(COLOR);

/** Share of a pixel that is inside, 0 … 1, from its winding-weighted coverage. */
function share(covered: number, evenOdd: boolean): number {
  let inside = covered < 0 ? -covered : covered;
  if (inside <= 1) return inside;
  if (!evenOdd) return 1;
  inside -= 2 * Math.floor(inside / 2);
  return inside > 1 ? 2 - inside : inside;
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 16384;
}

/** Paints a scene into new pixels of its own size, or of the size given. For many frames keep a `Pixels` and call its `paint`. */
export function paintPixels(scene: Scene, width: number = scene.width, height: number = scene.height): Pixels {
  return new Pixels(width, height).paint(scene);
}
