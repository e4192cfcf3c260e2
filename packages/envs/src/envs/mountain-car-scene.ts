import type { Scene } from "../scene.ts";

/** Position of the car and of the flag along the valley, -1.2 … 0.6. */
export function mountainCarScene(state: { readonly position: number; readonly goalPosition: number }): Scene {
  void state;
  return { width: 600, height: 400, background: [255, 255, 255], shapes: [] };
}
