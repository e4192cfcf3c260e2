/** What to draw, as plain data: an environment says which shapes stand where, a painter turns them into pixels, SVG or terminal cells.
 *  Coordinates are pixels of a canvas `width` × `height` (600 × 400 for CartPole and MountainCar, 500 × 500 for Pendulum and Acrobot, as in
 *  Gymnasium); x points right, y points DOWN, (0, 0) is the upper left corner of the upper left pixel. Shapes are painted in order. */

/** Red, green, blue in 0 … 255 and, if given, opacity in 0 … 1 (default 1). */
export type Color = readonly [red: number, green: number, blue: number, opacity?: number];

/** x to the right, y down, in pixels. */
export type Point = readonly [x: number, y: number];

/** Closed area through `points`; filled by the even-odd rule. */
export interface PolygonShape {
  readonly kind: "polygon";
  readonly points: readonly Point[];
  readonly fill?: Color;
  readonly stroke?: Color;
  /** Stroke width in pixels, default 1. */
  readonly width?: number;
}

/** Disc or ring around `center`. */
export interface CircleShape {
  readonly kind: "circle";
  readonly center: Point;
  /** Radius in pixels. */
  readonly radius: number;
  readonly fill?: Color;
  readonly stroke?: Color;
  /** Stroke width in pixels, default 1. */
  readonly width?: number;
}

/** One straight stroke with flat ends. */
export interface LineShape {
  readonly kind: "line";
  readonly from: Point;
  readonly to: Point;
  readonly stroke: Color;
  /** Stroke width in pixels, default 1. */
  readonly width?: number;
}

/** Open stroke through all `points`. */
export interface PolylineShape {
  readonly kind: "polyline";
  readonly points: readonly Point[];
  readonly stroke: Color;
  /** Stroke width in pixels, default 1. */
  readonly width?: number;
}

/** One line of text; `at` is the left end of its baseline. */
export interface TextShape {
  readonly kind: "text";
  readonly at: Point;
  readonly text: string;
  /** Height of capital letters in pixels. */
  readonly size: number;
  readonly fill: Color;
}

export type Shape = PolygonShape | CircleShape | LineShape | PolylineShape | TextShape;

/** One picture. */
export interface Scene {
  /** Canvas width in pixels. */
  readonly width: number;
  /** Canvas height in pixels. */
  readonly height: number;
  readonly background: Color;
  /** First shape is painted first (lowest). */
  readonly shapes: readonly Shape[];
}
