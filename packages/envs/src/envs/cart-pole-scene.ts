import type { Scene } from "../scene.ts";

/** Cart position in metres, pole angle in radians (0 is upright, clockwise positive). */
export function cartPoleScene(state: { readonly x: number; readonly theta: number }): Scene {
  void state;
  return { width: 600, height: 400, background: [255, 255, 255], shapes: [] };
}
