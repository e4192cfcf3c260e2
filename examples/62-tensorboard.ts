// TensorBoard without TensorFlow: scalars, text and histograms. Look at them with: tensorboard --logdir runs
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventFileWriter, readEvents } from "@rl/data";
import { createPg } from "@rl/pg";

const folder = mkdtempSync(join(tmpdir(), "rl-example-"));
const file = join(folder, "events.out.tfevents.1.rl");
const events = new EventFileWriter({ write: (bytes) => appendFileSync(file, bytes), now: () => Date.now() / 1000 });
events.text("about", "A policy gradient on **CartPole**", 0);

const trainer = createPg({ env: "CartPole-v1", seed: 1, totalSteps: 10_000 });
for (const metrics of trainer.train()) {
  const step = metrics["time/total_timesteps"];
  events.scalars(Object.entries(metrics), step);
  events.histogram("values", trainer.values(Float32Array.from({ length: 400 }, (_, i) => (i % 4 === 2 ? (i - 200) / 1000 : 0))), step);
}

const tags = new Map<string, number>();
for await (const { tag } of readEvents(readFileSync(file))) tags.set(tag, (tags.get(tag) ?? 0) + 1);
console.log(Object.fromEntries(tags));
rmSync(folder, { recursive: true });
