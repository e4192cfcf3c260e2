// One picture of each classic environment a few steps into an episode, and all five side by side.
import { make, type Scene } from "@rl/envs";
import { Pixels, paintPixels } from "@rl/envs/paint";
import { encode } from "fast-png";
import type { Picture } from "./picture.ts";

/** Steps with one action, then the scene. */
function play<A>(
  env: { reset(options: { seed: number }): unknown; step(action: A): unknown; scene(): Scene | undefined },
  steps: number,
  action: (step: number) => A,
): Scene {
  env.reset({ seed: 3 });
  for (let k = 0; k < steps; k++) env.step(action(k));
  const scene = env.scene();
  if (scene === undefined) throw new Error("The environment draws no scene.");
  return scene;
}

export function scenes(): Record<string, Scene> {
  return {
    "cart-pole": play(make("CartPole-v1"), 18, (k) => (k < 9 ? 1 : 0)),
    "mountain-car": play(make("MountainCar-v0"), 60, (k) => (k < 35 ? 0 : 2)),
    "mountain-car-continuous": play(make("MountainCarContinuous-v0"), 80, (k) => Float32Array.of(k < 40 ? -1 : 1)),
    pendulum: play(make("Pendulum-v1"), 28, () => Float32Array.of(1.6)),
    acrobot: play(make("Acrobot-v1"), 12, (k) => (k % 10 < 5 ? 2 : 0)),
  };
}

const png = ({ width, height, data }: Pixels): Uint8Array => {
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) rgb.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  return encode({ width, height, data: rgb, channels: 3, depth: 8 }, { zlib: { level: 9 } });
};

/** All scenes in a row, `height` pixels high, with a gap between. */
function row(all: readonly Scene[], height: number, gap: number): Pixels {
  const parts = all.map((scene) => paintPixels(scene, Math.round((scene.width * height) / scene.height), height));
  const sheet = new Pixels(
    parts.reduce((sum, part) => sum + part.width + gap, -gap),
    height,
  );
  sheet.data.fill(255);
  let left = 0;
  for (const part of parts) {
    for (let y = 0; y < height; y++)
      sheet.data.set(part.data.subarray(4 * y * part.width, 4 * (y + 1) * part.width), 4 * (y * sheet.width + left));
    left += part.width + gap;
  }
  return sheet;
}

export function envPictures(): readonly Picture[] {
  const all = scenes();
  return [
    ...Object.entries(all).map(([name, scene]) => ({ path: `docs/images/envs/${name}.png`, bytes: png(paintPixels(scene)) })),
    { path: "docs/images/envs.png", bytes: png(row(Object.values(all), 160, 8)) },
  ];
}
