import { cos, sin } from "@rl/math";
import type { Color, Point, Scene, Shape } from "../scene.ts";
import { OUTLINE, turnedBox } from "./scene-geometry.ts";

// Pixels, as in Gymnasium: 600 wide for positions −1.2 … 0.6; the ground is sin(3x)·0.45 + 0.55 in the same scale, the car rides 10 above it.
const WIDTH = 600;
const HEIGHT = 400;
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const SCALE = WIDTH / (MAX_POSITION - MIN_POSITION);
const CAR_WIDTH = 40;
const CAR_HEIGHT = 20;
const CLEARANCE = 10;
const WHEEL_RADIUS = 8 + OUTLINE;
const GROUND_POINTS = 100;

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const GREY: Color = [128, 128, 128];
const FLAG: Color = [204, 204, 0];
const BODY = { left: -CAR_WIDTH / 2 - OUTLINE, right: CAR_WIDTH / 2 + OUTLINE, bottom: -OUTLINE, top: CAR_HEIGHT + OUTLINE };

/** Height of the ground above the lower edge, in pixels. */
function ground(position: number): number {
  return (sin(3 * position) * 0.45 + 0.55) * SCALE;
}

function toX(position: number): number {
  return (position - MIN_POSITION) * SCALE;
}

// The ground line and the flag do not move: one copy per goal, made at the first picture.
let groundShape: Shape | undefined;
const flags = new Map<number, readonly [pole: Shape, cloth: Shape]>();

function groundLine(): Shape {
  const points: Point[] = [];
  for (let i = 0; i < GROUND_POINTS; i++) {
    const position = MIN_POSITION + (i * (MAX_POSITION - MIN_POSITION)) / (GROUND_POINTS - 1);
    points.push([toX(position) + 0.5, HEIGHT - 0.5 - ground(position)]);
  }
  return { kind: "polyline", points, stroke: BLACK };
}

function flag(goalPosition: number): readonly [pole: Shape, cloth: Shape] {
  const x = Math.floor(toX(goalPosition)) + 0.5;
  const foot = HEIGHT - Math.floor(ground(goalPosition));
  const top = foot - 50.5;
  return [
    { kind: "line", from: [x, foot], to: [x, top - 0.5], stroke: BLACK },
    {
      kind: "polygon",
      points: [
        [x - 0.5, top - 0.5],
        [x - 0.5, top + 10.5],
        [x + 25.5, top + 5],
      ],
      fill: FLAG,
    },
  ];
}

/** MountainCar's picture, 600 × 400. `position` −1.2 … 0.6; the flag stands at `goalPosition` (0.5, continuous form 0.45). */
export function mountainCarScene(state: { readonly position: number; readonly goalPosition: number }): Scene {
  const { position, goalPosition } = state;
  groundShape ??= groundLine();
  let goal = flags.get(goalPosition);
  if (goal === undefined) flags.set(goalPosition, (goal = flag(goalPosition)));
  // Gymnasium turns the car by cos(3x) radians, which is close to the slope of the ground.
  const angle = cos(3 * position);
  const cosine = cos(angle);
  const sine = sin(angle);
  const x = toX(position);
  const y = HEIGHT - CLEARANCE - ground(position);
  const wheel = (along: number): Shape => ({
    kind: "circle",
    center: [x + along * cosine, y - along * sine],
    radius: WHEEL_RADIUS,
    fill: GREY,
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    background: WHITE,
    shapes: [
      groundShape,
      { kind: "polygon", points: turnedBox(x, y, cosine, sine, BODY), fill: BLACK },
      wheel(CAR_WIDTH / 4),
      wheel(-CAR_WIDTH / 4),
      goal[0],
      goal[1],
    ],
  };
}
