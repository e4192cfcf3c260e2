export { Pixels, paintPixels, type View } from "./pixels.ts";
export { paintSvg } from "./svg.ts";
export { paintCanvas, type CanvasContext } from "./canvas.ts";
export { TerminalPainter, paintTerminal, type TerminalSize, type TerminalStyle } from "./terminal.ts";
export type { CircleShape, Color, LineShape, Point, PolygonShape, PolylineShape, Scene, Shape, TextShape } from "../scene.ts";
