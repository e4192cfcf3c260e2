import { cos, sin } from "@rl/math";
import type { Color, Point, Scene, Shape } from "../scene.ts";
import { LINKS, OUTLINE, turnedBox } from "./scene-geometry.ts";

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
const HEAD: readonly Point[] = [
  [0.065, 0.353],
  [0, 0.547],
  [0.065, 0.49],
  [0.135, 0.547],
];
let arc: readonly Point[] | undefined;

function arrow(torque: number): readonly Shape[] {
  arc ??= Array.from({ length: ARC_STEPS + 1 }, (_, i): Point => {
    // A little more than three quarters, so that the line ends inside of the head.
    const angle = (i / ARC_STEPS) * (1.5 * Math.PI + 0.1);
    return [ARC_CENTER_X + ARC_RADIUS_X * sin(angle), ARC_CENTER_Y - ARC_RADIUS_Y * cos(angle)];
  });
  const { hub, scale } = LINKS;
  const side = (scale * Math.abs(torque)) / 2;
  const mirror = torque > 0 ? -1 : 1;
  const place = ([x, y]: Point): Point => [hub[0] + mirror * (x - 0.5) * side, hub[1] + (y - 0.5) * side];
  return [
    { kind: "polyline", points: arc.map(place), stroke: BLACK, width: ARC_WIDTH * side },
    { kind: "polygon", points: HEAD.map(place), fill: BLACK },
  ];
}

/** Pendulum's picture, 500 × 500. `theta` in radians from upright, counterclockwise. `torque` (−2 … 2 N·m) is the last action taken: its arrow's size
 *  grows with it and its direction is the direction of the push; without one (before the first step) or at 0 there is no arrow. */
export function pendulumScene(state: { readonly theta: number; readonly torque: number | undefined }): Scene {
  const { theta, torque } = state;
  const { size, center, hub, scale, link } = LINKS;
  // The rod's own frame has its length to the right, so upright is a quarter turn: cos(θ + π/2) = −sin θ, sin(θ + π/2) = cos θ.
  const cosine = -sin(theta);
  const sine = cos(theta);
  const shapes: Shape[] = [
    { kind: "polygon", points: turnedBox(center, center, cosine, sine, link), fill: RED },
    { kind: "circle", center: hub, radius: CAP_RADIUS, fill: RED },
    { kind: "circle", center: [center + scale * cosine, center - scale * sine], radius: CAP_RADIUS, fill: RED },
  ];
  if (torque !== undefined && torque !== 0) shapes.push(...arrow(torque));
  shapes.push({ kind: "circle", center: hub, radius: AXLE_RADIUS, fill: BLACK });
  return { width: size, height: size, background: WHITE, shapes };
}
