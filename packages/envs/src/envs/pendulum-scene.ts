import { cos, sin } from "@rl/math";
import type { Color, Point, Scene, Shape } from "../scene.ts";
import { OUTLINE, turnedBox } from "./scene-geometry.ts";

// Pixels, as in Gymnasium: 500 wide for −2.2 … 2.2, rod 1 long and 0.2 wide.
const SIZE = 500;
const CENTER = SIZE / 2;
/** The middle of Gymnasium's pixel 250 (counted from the left, and from below): where the hub and the arrow stand. */
const HUB: Point = [CENTER + 0.5, CENTER - 0.5];
const SCALE = SIZE / (2 * 2.2);
const ROD = { left: 0 - OUTLINE, right: SCALE + OUTLINE, bottom: -0.1 * SCALE - OUTLINE, top: 0.1 * SCALE + OUTLINE };
const CAP_RADIUS = 11 + OUTLINE;
const AXLE_RADIUS = 5 + OUTLINE;

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const RED: Color = [204, 77, 77];

// The torque arrow in a unit square, y down, pointing clockwise: three quarters of a ring from the top over right and bottom to the left.
const ARC_CENTER_X = 0.526;
const ARC_CENTER_Y = 0.5;
const ARC_RADIUS_X = 0.459;
const ARC_RADIUS_Y = 0.484;
const ARC_WIDTH = 0.032;
const ARC_STEPS = 36;
/** A little more than three quarters, so that the line ends inside of the head. */
const ARC_ANGLE = 1.5 * Math.PI + 0.1;
const HEAD: readonly Point[] = [
  [0.065, 0.353],
  [0, 0.547],
  [0.065, 0.49],
  [0.135, 0.547],
];
let arc: readonly Point[] | undefined;

function arrow(torque: number): readonly Shape[] {
  arc ??= Array.from({ length: ARC_STEPS + 1 }, (_, i): Point => {
    const angle = (i / ARC_STEPS) * ARC_ANGLE;
    return [ARC_CENTER_X + ARC_RADIUS_X * sin(angle), ARC_CENTER_Y - ARC_RADIUS_Y * cos(angle)];
  });
  const side = (SCALE * Math.abs(torque)) / 2;
  const mirror = torque > 0 ? -1 : 1;
  const place = ([x, y]: Point): Point => [HUB[0] + mirror * (x - 0.5) * side, HUB[1] + (y - 0.5) * side];
  return [
    { kind: "polyline", points: arc.map(place), stroke: BLACK, width: ARC_WIDTH * side },
    { kind: "polygon", points: HEAD.map(place), fill: BLACK },
  ];
}

/** Pendulum's picture, 500 × 500. `theta` in radians from upright, counterclockwise. `torque` (−2 … 2 N·m) is the last action taken: its arrow's size
 *  grows with it and its direction is the direction of the push; without one (before the first step) or at 0 there is no arrow. */
export function pendulumScene(state: { readonly theta: number; readonly torque: number | undefined }): Scene {
  const { theta, torque } = state;
  // The rod's own frame has its length to the right, so upright is a quarter turn: cos(θ + π/2) = −sin θ, sin(θ + π/2) = cos θ.
  const cosine = -sin(theta);
  const sine = cos(theta);
  const shapes: Shape[] = [
    { kind: "polygon", points: turnedBox(CENTER, CENTER, cosine, sine, ROD), fill: RED },
    { kind: "circle", center: HUB, radius: CAP_RADIUS, fill: RED },
    { kind: "circle", center: [CENTER + SCALE * cosine, CENTER - SCALE * sine], radius: CAP_RADIUS, fill: RED },
  ];
  if (torque !== undefined && torque !== 0) shapes.push(...arrow(torque));
  shapes.push({ kind: "circle", center: HUB, radius: AXLE_RADIUS, fill: BLACK });
  return { width: SIZE, height: SIZE, background: WHITE, shapes };
}
