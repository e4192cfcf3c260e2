import type { Scene } from "../scene.ts";

/** Joint angles in radians: theta1 from hanging down, theta2 relative to the first link. */
export function acrobotScene(state: { readonly theta1: number; readonly theta2: number }): Scene {
  void state;
  return { width: 500, height: 500, background: [255, 255, 255], shapes: [] };
}
