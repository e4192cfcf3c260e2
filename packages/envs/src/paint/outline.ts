import { cos, sin } from "@rl/math";
import type { Point, Shape, TextShape } from "../scene.ts";
import type { Coverage } from "./coverage.ts";
import { GLYPH_ADVANCE, GLYPH_HEIGHT, GLYPH_WIDTH, glyphRow } from "./font.ts";

/** Sends outlines in scene coordinates as edges in pixels to a coverage grid. One pen per picture buffer; nothing is allocated per shape. */
export class Pen {
  readonly grid: Coverage;
  private scaleX = 1;
  private scaleY = 1;
  private offsetX = 0;
  private offsetY = 0;
  private startX = 0;
  private startY = 0;
  private x = 0;
  private y = 0;
  private open = false;

  constructor(grid: Coverage) {
    this.grid = grid;
  }

  /** Pixel = (scene − (left, top)) · (scaleX, scaleY). */
  view(left: number, top: number, scaleX: number, scaleY: number): void {
    this.scaleX = scaleX;
    this.scaleY = scaleY;
    this.offsetX = -left * scaleX;
    this.offsetY = -top * scaleY;
  }

  private to(x: number, y: number): void {
    const px = x * this.scaleX + this.offsetX;
    const py = y * this.scaleY + this.offsetY;
    if (this.open) this.grid.edge(this.x, this.y, px, py);
    else {
      this.startX = px;
      this.startY = py;
      this.open = true;
    }
    this.x = px;
    this.y = py;
  }

  private close(): void {
    if (this.open) this.grid.edge(this.x, this.y, this.startX, this.startY);
    this.open = false;
  }

  polygon(points: readonly Point[]): void {
    for (let i = 0; i < points.length; i++) this.to(points[i]![0], points[i]![1]);
    this.close();
  }

  /** A disc as a regular polygon that leaves the true circle by less than 0.02 pixels. `turn` −1 runs the other way round (a hole). */
  disc(x: number, y: number, radius: number, turn: 1 | -1 = 1): void {
    if (!(radius > 0)) return;
    const table = unitCircle();
    const pixels = radius * Math.max(this.scaleX, this.scaleY);
    const step = pixels <= 4 ? 8 : pixels <= 16 ? 4 : pixels <= 64 ? 2 : 1;
    for (let i = 0; i < CIRCLE; i += step) this.to(x + radius * table[2 * i]!, y + turn * radius * table[2 * i + 1]!);
    this.close();
  }

  ring(x: number, y: number, radius: number, width: number): void {
    this.disc(x, y, radius + width / 2);
    this.disc(x, y, radius - width / 2, -1);
  }

  line(from: Point, to: Point, width: number, snap: boolean): void {
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    const length = Math.sqrt(dx * dx + dy * dy);
    if (!(length > 0)) return;
    const shiftX = snap && dx === 0 ? snapped(from[0], this.scaleX, this.offsetX) - from[0] : 0;
    const shiftY = snap && dy === 0 ? snapped(from[1], this.scaleY, this.offsetY) - from[1] : 0;
    const nx = (dy / length) * (width / 2);
    const ny = (-dx / length) * (width / 2);
    const x0 = from[0] + shiftX;
    const y0 = from[1] + shiftY;
    const x1 = to[0] + shiftX;
    const y1 = to[1] + shiftY;
    this.to(x0 + nx, y0 + ny);
    this.to(x1 + nx, y1 + ny);
    this.to(x1 - nx, y1 - ny);
    this.to(x0 - nx, y0 - ny);
    this.close();
  }

  /** Stroke through all points with round joins; flat ends when open. */
  stroke(points: readonly Point[], width: number, closed: boolean): void {
    const n = points.length;
    const half = width / 2;
    this.side(points, n, half, closed, 1);
    if (closed) this.close();
    this.side(points, n, half, closed, -1);
    this.close();
  }

  /** One side of a stroke: forwards along the left of the path, or (direction −1) backwards along what is then the left. */
  private side(points: readonly Point[], n: number, half: number, closed: boolean, direction: 1 | -1): void {
    const count = closed ? n + 1 : n;
    let nx = 0;
    let ny = 0;
    let started = false;
    let firstX = 0;
    let firstY = 0;
    let previous = at(points, direction === 1 ? 0 : count - 1);
    for (let k = 1; k < count; k++) {
      const next = at(points, direction === 1 ? k : count - 1 - k);
      const dx = next[0] - previous[0];
      const dy = next[1] - previous[1];
      const length = Math.sqrt(dx * dx + dy * dy);
      if (!(length > 0)) continue;
      const mx = dy / length;
      const my = -dx / length;
      if (started) this.join(previous, nx, ny, mx, my, half);
      else if (closed) {
        firstX = mx;
        firstY = my;
      } else this.to(previous[0] + half * mx, previous[1] + half * my);
      started = true;
      nx = mx;
      ny = my;
      previous = next;
    }
    if (!started) return;
    if (closed) this.join(previous, nx, ny, firstX, firstY, half);
    else this.to(previous[0] + half * nx, previous[1] + half * ny);
  }

  /** Corner at `point` between the unit normals (ax, ay) and (bx, by) of the segments before and after it. */
  private join(point: Point, ax: number, ay: number, bx: number, by: number, half: number): void {
    const [x, y] = point;
    const cosine = ax * bx + ay * by;
    if (cosine > 0.95) {
      // A mild bend: both sides through the corner of the two offset lines.
      const scale = half / (1 + cosine);
      this.to(x + scale * (ax + bx), y + scale * (ay + by));
      return;
    }
    this.to(x + half * ax, y + half * ay);
    if (ax * by - ay * bx > 0) this.arc(x, y, ax, ay, bx, by, half, 4);
    else this.to(x, y);
    this.to(x + half * bx, y + half * by);
  }

  /** Points of the outer arc between two unit normals, by halving. */
  private arc(x: number, y: number, ax: number, ay: number, bx: number, by: number, half: number, depth: number): void {
    let mx = ax + bx;
    let my = ay + by;
    const length = Math.sqrt(mx * mx + my * my);
    if (length > 1e-9) {
      mx /= length;
      my /= length;
    } else {
      mx = -ay;
      my = ax;
    }
    const deeper = depth > 1 && half * Math.max(this.scaleX, this.scaleY) * (1 - (ax * mx + ay * my)) > 0.05;
    if (deeper) this.arc(x, y, ax, ay, mx, my, half, depth - 1);
    this.to(x + half * mx, y + half * my);
    if (deeper) this.arc(x, y, mx, my, bx, by, half, depth - 1);
  }

  text(shape: TextShape): void {
    const unit = shape.size / GLYPH_HEIGHT;
    const top = shape.at[1] - shape.size;
    for (let k = 0; k < shape.text.length; k++) {
      const left = shape.at[0] + k * GLYPH_ADVANCE * unit;
      for (let row = 0; row < GLYPH_HEIGHT; row++) {
        const bits = glyphRow(shape.text.charCodeAt(k), row);
        for (let from = 0; from < GLYPH_WIDTH; from++) {
          if (!inked(bits, from)) continue;
          let to = from;
          while (to < GLYPH_WIDTH && inked(bits, to)) to++;
          this.box(left + from * unit, top + row * unit, left + to * unit, top + (row + 1) * unit);
          from = to;
        }
      }
    }
  }

  private box(x0: number, y0: number, x1: number, y1: number): void {
    this.to(x0, y0);
    this.to(x1, y0);
    this.to(x1, y1);
    this.to(x0, y1);
    this.close();
  }

  /** Outline of the inside of a shape. */
  fill(shape: Shape): void {
    if (shape.kind === "polygon") this.polygon(shape.points);
    else if (shape.kind === "circle") this.disc(shape.center[0], shape.center[1], shape.radius);
    else if (shape.kind === "text") this.text(shape);
  }

  /** Outline of the stroke of a shape, at least `minimum` pixels wide. */
  outline(shape: Shape, minimum: number): void {
    if (shape.kind === "text") return;
    const width = Math.max(shape.width ?? 1, minimum / Math.min(this.scaleX, this.scaleY));
    // A line widened to be seen and level or upright lies on one row or column, not half on each of two.
    const snap = width > (shape.width ?? 1);
    if (shape.kind === "line") this.line(shape.from, shape.to, width, snap);
    else if (shape.kind === "circle") this.ring(shape.center[0], shape.center[1], shape.radius, width);
    else this.stroke(shape.points, width, shape.kind === "polygon");
  }
}

/** The scene coordinate of the middle of the pixel that a coordinate falls into. */
function snapped(value: number, scale: number, offset: number): number {
  return (Math.floor(value * scale + offset) + 0.5 - offset) / scale;
}

/** Point k of a path that may be closed: index n is point 0 again. */
function at(points: readonly Point[], k: number): Point {
  return points[k === points.length ? 0 : k] ?? ORIGIN;
}

const ORIGIN: Point = [0, 0];

function inked(bits: number, column: number): boolean {
  return ((bits >> (GLYPH_WIDTH - 1 - column)) & 1) === 1;
}

const CIRCLE = 256;
let circle: Float64Array | undefined;

/** cos and sin of CIRCLE equal steps, made at first use. */
function unitCircle(): Float64Array {
  if (circle === undefined) {
    circle = new Float64Array(2 * CIRCLE);
    for (let i = 0; i < CIRCLE; i++) {
      circle[2 * i] = cos((2 * Math.PI * i) / CIRCLE);
      circle[2 * i + 1] = sin((2 * Math.PI * i) / CIRCLE);
    }
  }
  return circle;
}
