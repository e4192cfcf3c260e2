// A million steps of a chaotic map. With Math the end depends on the engine that runs it; with @rl/math it is the same number everywhere.
import { exp, sin, sincos } from "@rl/math";

let x = 0.1;
for (let i = 0; i < 1_000_000; i++) x = sin(2.9 * x) * exp(-0.1 * x) + 0.05;
console.log(
  `after a million steps: ${x}`,
  x === 0.9974128115572745 ? "as in every engine" : "not the number of the other engines: please report it",
);

let y = 0.1;
for (let i = 0; i < 1_000_000; i++) y = Math.sin(2.9 * y) * Math.exp(-0.1 * y) + 0.05;
console.log(`the same with Math, in this engine: ${y}`);

// A whole turn in steps of 30°, both functions at once, nothing allocated in the loop.
const out = new Float64Array(2);
for (let degrees = 0; degrees <= 90; degrees += 30) {
  sincos((degrees * Math.PI) / 180, out);
  console.log(`${degrees}°`.padStart(4), out[0]!.toFixed(16), out[1]!.toFixed(16));
}
