import { cos, sin } from "@rl/math";
import type { Color, Point, Scene, Shape } from "../scene.ts";
import { OUTLINE, turnedBox } from "./scene-geometry.ts";

// Pixels, as in Gymnasium: 500 wide for −2.2 … 2.2, both links 1 long and 0.2 wide.
const SIZE = 500;
const CENTER = SIZE / 2;
/** The middle of Gymnasium's pixel 250 (counted from the left, and from below): where the fixed joint stands. */
const HUB: Point = [CENTER + 0.5, CENTER - 0.5];
const SCALE = SIZE / (2 * 2.2);
const LINK = { left: 0 - OUTLINE, right: SCALE + OUTLINE, bottom: -0.1 * SCALE - OUTLINE, top: 0.1 * SCALE + OUTLINE };
const JOINT_RADIUS = 11 + OUTLINE;
const GOAL_Y = SIZE - 0.5 - Math.floor(CENTER + SCALE);

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const TEAL: Color = [0, 204, 204];
const YELLOW: Color = [204, 204, 0];

/** A link that hangs from (x, y) and has turned counterclockwise by the angle with this sine and cosine: its own frame has its length to the
 *  right, so hanging is a quarter turn back, cos(θ − π/2) = sin θ, sin(θ − π/2) = −cos θ. */
function link(x: number, y: number, sine: number, cosine: number, joint: Point): readonly [Shape, Shape] {
  return [
    { kind: "polygon", points: turnedBox(x, y, sine, -cosine, LINK), fill: TEAL },
    { kind: "circle", center: joint, radius: JOINT_RADIUS, fill: YELLOW },
  ];
}

/** Acrobot's picture, 500 × 500. `theta1` is the first link's angle from hanging straight down, `theta2` the second link's angle relative to
 *  the first, both in radians. The line is the height that the tip must reach. */
export function acrobotScene(state: { readonly theta1: number; readonly theta2: number }): Scene {
  const { theta1, theta2 } = state;
  const sine = sin(theta1);
  const cosine = cos(theta1);
  const x = CENTER + SCALE * sine;
  const y = CENTER + SCALE * cosine;
  return {
    width: SIZE,
    height: SIZE,
    background: WHITE,
    shapes: [
      { kind: "line", from: [0, GOAL_Y], to: [SIZE, GOAL_Y], stroke: BLACK },
      ...link(CENTER, CENTER, sine, cosine, HUB),
      ...link(x, y, sin(theta1 + theta2), cos(theta1 + theta2), [x, y]),
    ],
  };
}
