import type { Color, Point, Scene, Shape } from "../scene.ts";
import { CAP_HEIGHT } from "./svg.ts";

/** What `paintCanvas` needs of a 2D context: a browser's `CanvasRenderingContext2D` and `OffscreenCanvasRenderingContext2D` have it, and so have the
 *  canvas packages for Node. */
export interface CanvasContext {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  lineJoin: string;
  lineCap: string;
  font: string;
  save(): void;
  restore(): void;
  scale(x: number, y: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, startAngle: number, endAngle: number): void;
  fill(rule?: "nonzero" | "evenodd"): void;
  stroke(): void;
  fillText(text: string, x: number, y: number): void;
}

/** Paints a scene from the context's origin on, `scale` canvas units per scene pixel (a screen's devicePixelRatio, say; default 1). The context's
 *  own state is as before afterwards. */
export function paintCanvas(context: CanvasContext, scene: Scene, scale = 1): void {
  context.save();
  context.scale(scale, scale);
  context.lineJoin = "round";
  context.lineCap = "butt";
  context.clearRect(0, 0, scene.width, scene.height);
  context.fillStyle = css(scene.background);
  context.fillRect(0, 0, scene.width, scene.height);
  for (const shape of scene.shapes) draw(context, shape);
  context.restore();
}

function draw(context: CanvasContext, shape: Shape): void {
  if (shape.kind === "text") {
    context.font = `${shape.size / CAP_HEIGHT}px sans-serif`;
    context.fillStyle = css(shape.fill);
    context.fillText(shape.text, shape.at[0], shape.at[1]);
    return;
  }
  context.beginPath();
  if (shape.kind === "circle") context.arc(shape.center[0], shape.center[1], shape.radius, 0, 2 * Math.PI);
  else trace(context, shape.kind === "line" ? [shape.from, shape.to] : shape.points);
  if (shape.kind === "polygon" || shape.kind === "circle") {
    context.closePath();
    if (shape.fill !== undefined) {
      context.fillStyle = css(shape.fill);
      context.fill("evenodd");
    }
  }
  if (shape.stroke !== undefined) {
    context.strokeStyle = css(shape.stroke);
    context.lineWidth = shape.width ?? 1;
    context.stroke();
  }
}

function trace(context: CanvasContext, points: readonly Point[]): void {
  points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
}

function css(color: Color): string {
  return `rgba(${color[0]}, ${color[1]}, ${color[2]}, ${color[3] ?? 1})`;
}
