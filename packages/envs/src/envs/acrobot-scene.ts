import { cos, sin } from "@rl/math";
import type { Color, Point, Scene, Shape } from "../scene.ts";
import { LINKS, OUTLINE, turnedBox } from "./scene-geometry.ts";

const JOINT_RADIUS = 11 + OUTLINE;

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const TEAL: Color = [0, 204, 204];
const YELLOW: Color = [204, 204, 0];

/** A link that hangs from (x, y) and has turned counterclockwise by the angle with this sine and cosine: its own frame has its length to the
 *  right, so hanging is a quarter turn back, cos(θ − π/2) = sin θ, sin(θ − π/2) = −cos θ. */
function link(x: number, y: number, sine: number, cosine: number, joint: Point): readonly [Shape, Shape] {
  return [
    { kind: "polygon", points: turnedBox(x, y, sine, -cosine, LINKS.link), fill: TEAL },
    { kind: "circle", center: joint, radius: JOINT_RADIUS, fill: YELLOW },
  ];
}

/** Acrobot's picture, 500 × 500. `theta1` is the first link's angle from hanging straight down, `theta2` the second link's angle relative to
 *  the first, both in radians. The line is the height that the tip must reach. */
export function acrobotScene(state: { readonly theta1: number; readonly theta2: number }): Scene {
  const { theta1, theta2 } = state;
  const { size, center, hub, scale } = LINKS;
  const sine = sin(theta1);
  const cosine = cos(theta1);
  const x = center + scale * sine;
  const y = center + scale * cosine;
  const goalY = size - 0.5 - Math.floor(center + scale);
  return {
    width: size,
    height: size,
    background: WHITE,
    shapes: [
      { kind: "line", from: [0, goalY], to: [size, goalY], stroke: BLACK },
      ...link(center, center, sine, cosine, hub),
      ...link(x, y, sin(theta1 + theta2), cos(theta1 + theta2), [x, y]),
    ],
  };
}
