import type { Scene } from "../scene.ts";

/** Angle in radians (0 is upright, counter-clockwise positive); torque in N·m of the last step, undefined after a reset. */
export function pendulumScene(state: { readonly theta: number; readonly torque: number | undefined }): Scene {
  void state;
  return { width: 500, height: 500, background: [255, 255, 255], shapes: [] };
}
