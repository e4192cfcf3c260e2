import { cos, sin } from "@rl/math";
import type { Color, Scene } from "../scene.ts";
import { OUTLINE, turnedBox } from "./scene-geometry.ts";

// Pixels, as in Gymnasium: the track is 600 wide for positions −2.4 … 2.4; the pole is 1 long (twice the half length 0.5 of the physics).
const WIDTH = 600;
const HEIGHT = 400;
const SCALE = WIDTH / (2 * 2.4);
const CART_WIDTH = 50;
const CART_HEIGHT = 30;
const POLE_WIDTH = 10;
const POLE_LENGTH = SCALE * 1;
const TRACK_Y = 299.5;
const AXLE_Y = TRACK_Y + 0.5 - CART_HEIGHT / 4;

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const POLE: Color = [202, 152, 101];
const AXLE: Color = [129, 132, 203];

/** CartPole's picture, 600 × 400. `x` is the cart's position in metres (−2.4 … 2.4), `theta` the pole's angle in radians from upright, clockwise
 *  positive. */
export function cartPoleScene(state: { readonly x: number; readonly theta: number }): Scene {
  const x = state.x * SCALE + WIDTH / 2;
  const half = POLE_WIDTH / 2 + OUTLINE;
  const box = { left: -half, right: half, bottom: -half, top: POLE_LENGTH - POLE_WIDTH / 2 + OUTLINE };
  const cart = {
    left: -CART_WIDTH / 2 - OUTLINE,
    right: CART_WIDTH / 2 + OUTLINE,
    bottom: -CART_HEIGHT / 2 - OUTLINE,
    top: CART_HEIGHT / 2 + OUTLINE,
  };
  return {
    width: WIDTH,
    height: HEIGHT,
    background: WHITE,
    shapes: [
      { kind: "polygon", points: turnedBox(x, TRACK_Y, 1, 0, cart), fill: BLACK },
      { kind: "polygon", points: turnedBox(x, AXLE_Y, cos(state.theta), -sin(state.theta), box), fill: POLE },
      { kind: "circle", center: [x, AXLE_Y], radius: half, fill: AXLE },
      { kind: "line", from: [0, TRACK_Y], to: [WIDTH, TRACK_Y], stroke: BLACK },
    ],
  };
}
