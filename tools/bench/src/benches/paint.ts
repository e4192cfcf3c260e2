/** Frames a second of the painters: a new scene and its picture per frame, beside Gymnasium's own pictures. */
import { make, type Scene } from "@rl/envs";
import { paintSvg, Pixels, TerminalPainter } from "@rl/envs/paint";
import { defineBench, type Row } from "../bench.ts";
import { heapGrowth, rate, time } from "../time.ts";

/** The scene of an environment after ten steps. */
function scenes(): Record<string, () => Scene> {
  const play = <A>(
    env: { reset(o: { seed: number }): unknown; step(a: A): unknown; scene(): Scene | undefined },
    action: A,
  ): (() => Scene) => {
    env.reset({ seed: 1 });
    for (let k = 0; k < 5; k++) env.step(action);
    return () => env.scene()!;
  };
  return {
    "CartPole-v1": play(make("CartPole-v1"), 1),
    "MountainCar-v0": play(make("MountainCar-v0"), 2),
    "MountainCarContinuous-v0": play(make("MountainCarContinuous-v0"), Float32Array.of(1)),
    "Pendulum-v1": play(make("Pendulum-v1"), Float32Array.of(1.5)),
    "Acrobot-v1": play(make("Acrobot-v1"), 2),
  };
}

export default defineBench({
  name: "paint",
  description: "Pictures of the classic environments: frames a second beside Gymnasium with pygame, small pictures for pixel agents, text.",
  async run(ctx) {
    const peers = await ctx.python("paint.py");
    const peer = "Gymnasium, pygame";
    const rows: Row[] = [];
    const all = scenes();
    for (const [id, scene] of Object.entries(all)) {
      const { width, height } = scene();
      const pixels = new Pixels(width, height);
      const work = `${id}: RGB picture, ${width} × ${height}`;
      rows.push({
        work,
        ours: rate(time(() => pixels.paint(scene()))),
        unit: "frames/s",
        better: "higher",
        peers: peers.row(work, "frames/s", [peer]),
        target: `≥ 1 × ${peer}`,
      });
    }
    const scene = all["CartPole-v1"]!;
    const small = new Pixels(90, 40);
    const view = { x: 120, y: 160, width: 360, height: 160 };
    rows.push({
      work: "CartPole-v1: the middle, 90 × 40 (what a pixel agent sees)",
      ours: rate(time(() => small.paint(scene(), view))),
      unit: "frames/s",
      better: "higher",
      target: "≥ 100000 frames/s",
    });
    const terminal = new TerminalPainter({ columns: 80, rows: 24 });
    rows.push({
      work: "CartPole-v1: terminal, 80 × 24",
      ours: rate(time(() => terminal.paint(scene()))),
      unit: "frames/s",
      better: "higher",
    });
    rows.push({ work: "CartPole-v1: SVG", ours: rate(time(() => paintSvg(scene()))), unit: "frames/s", better: "higher" });
    const still = scene();
    rows.push({
      work: "heap growth over 10 000 pictures of one scene",
      ours: heapGrowth(() => small.paint(still, view), 10_000) / 1024,
      unit: "KiB",
      better: "lower",
      target: "≤ 64 KiB",
    });
    return rows;
  },
});
