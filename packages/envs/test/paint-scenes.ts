import { acrobotScene } from "../src/envs/acrobot-scene.ts";
import { cartPoleScene } from "../src/envs/cart-pole-scene.ts";
import { mountainCarScene } from "../src/envs/mountain-car-scene.ts";
import { pendulumScene } from "../src/envs/pendulum-scene.ts";
import type { Scene } from "../src/scene.ts";

/** The scene of a state as Gymnasium keeps it; Pendulum's third entry is the last torque. */
export function sceneOf(id: string, state: readonly (number | null)[]): Scene {
  const [a, b, c] = state;
  switch (id) {
    case "CartPole-v1":
      return cartPoleScene({ x: a!, theta: c! });
    case "MountainCar-v0":
      return mountainCarScene({ position: a!, goalPosition: 0.5 });
    case "MountainCarContinuous-v0":
      return mountainCarScene({ position: a!, goalPosition: 0.45 });
    case "Pendulum-v1":
      return pendulumScene({ theta: a!, torque: c ?? undefined });
    case "Acrobot-v1":
      return acrobotScene({ theta1: a!, theta2: b! });
    default:
      throw new Error(`No scene for ${id}.`);
  }
}

/** A scene with every kind of shape, with opacity, text and parts outside of the canvas. */
export const everything: Scene = {
  width: 120,
  height: 80,
  background: [250, 250, 240],
  shapes: [
    {
      kind: "polygon",
      points: [
        [10, 10],
        [60, 20],
        [40, 60],
      ],
      fill: [200, 30, 30],
      stroke: [0, 0, 90],
      width: 3,
    },
    {
      kind: "polygon",
      points: [
        [60, 40],
        [110, 40],
        [70, 75],
        [85, 30],
        [100, 75],
      ],
      fill: [0, 120, 60],
    },
    { kind: "circle", center: [90, 20], radius: 12, fill: [20, 60, 220, 0.5], stroke: [0, 0, 0], width: 2 },
    { kind: "line", from: [-20, 70], to: [140, 62], stroke: [90, 90, 90], width: 4 },
    {
      kind: "polyline",
      points: [
        [5, 75],
        [30, 45],
        [32, 75],
        [60, 50],
        [60, 50],
        [118, 55],
      ],
      stroke: [230, 120, 0, 0.8],
      width: 5,
    },
    { kind: "circle", center: [0, 0], radius: 8, fill: [120, 0, 120] },
    { kind: "text", at: [8, 40], text: "Ab <3> & −1", size: 7, fill: [10, 10, 10] },
  ],
};
