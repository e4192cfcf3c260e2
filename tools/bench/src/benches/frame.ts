import { createHash } from "node:crypto";
import { defineBench } from "../bench.ts";
import { rate, timeInterleaved } from "../time.ts";

// The smallest bench: copy it to start another. It measures nothing of ours, only that the frame and its Python side work.
const bytes = new Uint8Array(1024);

export default defineBench({
  name: "frame",
  description: "The frame itself: SHA-256 of 1 KiB in Node beside Python's hashlib. Shows the form; nothing of ours is in it.",
  async run(ctx) {
    const work = "SHA-256 of 1 KiB";
    const { sha256, copy } = timeInterleaved({ sha256: () => createHash("sha256").update(bytes).digest(), copy: () => bytes.slice() });
    const peers = await ctx.python("frame.py");
    return [
      {
        work,
        ours: sha256.min * 1e6,
        unit: "µs",
        better: "lower",
        peers: peers.row(work, "µs", ["hashlib"]),
        target: "≤ 1000 µs",
        note: `median ${(sha256.median * 1e6).toFixed(2)}`,
      },
      { work: "copy of 1 KiB", ours: rate(copy) / 1e6, unit: "M/s", better: "higher", target: "≥ 0.001 M/s" },
    ];
  },
});
