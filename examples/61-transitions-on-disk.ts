// An offline data set: transitions as TFRecords that TensorFlow reads too, shuffled and batched with little memory.
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batch, decodeExample, encodeExample, readTfrecords, shuffle, writeTfrecords } from "@rl/data";
import { make } from "@rl/envs";
import { Generator } from "@rl/random";

const rng = new Generator(0);
function* record(steps: number): globalThis.Generator<Uint8Array> {
  const env = make("CartPole-v1");
  let { observation } = env.reset({ seed: 0 });
  for (let t = 0; t < steps; t++) {
    const action = rng.integers(0, 2);
    const step = env.step(action);
    const { reward, terminated } = step;
    yield encodeExample({ observation, action: BigInt(action), reward, next: step.observation, terminated: BigInt(terminated) });
    observation = terminated || step.truncated ? env.reset().observation : step.observation;
  }
}

const folder = mkdtempSync(join(tmpdir(), "rl-example-"));
const file = join(folder, "cartpole.tfrecord.gz");
await writeFile(file, writeTfrecords(record(5000), { compression: "gzip" }));
console.log(`${(statSync(file).size / 5000).toFixed(1)} bytes per transition`);

let batches = 0;
let ends = 0;
for await (const rows of batch(shuffle(readTfrecords(createReadStream(file)), 1000, rng), 64)) {
  batches++;
  for (const row of rows) ends += Number((decodeExample(row)["terminated"] as BigInt64Array)[0]);
}
console.log(`${batches} batches, ${ends} episodes ended`);
rmSync(folder, { recursive: true });
