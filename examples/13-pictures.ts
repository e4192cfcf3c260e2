// One scene, four painters: text for the terminal, an SVG file, pixels in memory (what a network sees), and any 2D canvas.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { make } from "@rl/envs";
import { paintSvg, paintTerminal, Pixels } from "@rl/envs/paint";

const env = make("CartPole-v1");
env.reset({ seed: 1 });
for (let step = 0; step < 12; step++) env.step(step % 3 === 0 ? 0 : 1);
const scene = env.scene()!;

const style = process.stdout.isTTY ? "truecolor" : "blocks";
console.log(paintTerminal(scene, { columns: 60, rows: 20, style }));

const file = join(tmpdir(), "cart-pole.svg");
writeFileSync(file, paintSvg(scene, "A pole on a cart"));
console.log(`wrote ${file}`);

// Pixels: one buffer for all frames. Only the middle of the picture, shrunk to 90 × 40 by exact area.
const pixels = new Pixels(90, 40);
pixels.paint(scene, { x: 120, y: 160, width: 360, height: 160 });
const dark = pixels.data.filter((value, i) => i % 4 === 0 && value < 128).length;
console.log(`${pixels.width} × ${pixels.height} pixels, ${dark} of them dark`);

// In a browser: paintCanvas(canvas.getContext("2d"), scene, devicePixelRatio);
if (dark < 20) throw new Error("the cart should be in the picture");
