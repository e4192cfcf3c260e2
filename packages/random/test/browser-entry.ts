/** What browser.test.ts runs in Chromium and in Node: numbers of every kind, drawn singly and in batches. */
import { Generator } from "@rl/random";

export function draw(): (number | string)[] {
  const rng = new Generator([2n ** 70n, 5]).fork("browser", 2);
  const out: (number | string)[] = [];
  for (let i = 0; i < 300; i++) out.push(rng.random(), rng.integers(0, 10), rng.standardNormal(), rng.exponential());
  out.push(
    ...rng.fillStandardNormal(new Float64Array(3000)),
    ...rng.fillRandom(new Float32Array(3000)),
    ...rng.permutation(50),
    JSON.stringify(rng.state()),
  );
  return out;
}
