// Streams of random numbers: NumPy's, forked by name, saved in the middle.
import { Generator, type GeneratorState } from "@rl/random";

const rng = new Generator(42); // numpy.random.default_rng(42)
console.log("three dice:", rng.integers(1, 7), rng.integers(1, 7), rng.integers(1, 7));
console.log("a hand of five:", rng.choice(52, { size: 5, replace: false }).join(" "));
console.log("loaded coin:", rng.choice(2, { size: 12, p: [0.25, 0.75] }).join(""));

// Each part of a program gets its own stream: how much one draws does not change the others.
const weather = rng.fork("weather");
const noise = rng.fork("noise", 3);
console.log("rain:", weather.exponential(5).toFixed(3), "mm, noise:", noise.standardNormal().toFixed(3));
rng.fillRandom(new Float64Array(1000));
console.log("the same child again:", rng.fork("noise", 3).standardNormal() === new Generator(42).fork("noise", 3).standardNormal());

// Saved as JSON and continued.
const text = JSON.stringify(noise.state());
const expected = Array.from({ length: 3 }, () => noise.random());
const restored = Generator.fromState(JSON.parse(text) as GeneratorState);
console.log(
  "continues exactly:",
  expected.every((value) => value === restored.random()),
);

// A million normals without allocation, and their mean and spread.
const batch = new Float64Array(1_000_000);
rng.fork("many").fillNormal(batch, 10, 2);
const mean = batch.reduce((a, b) => a + b) / batch.length;
const spread = Math.sqrt(batch.reduce((a, b) => a + (b - mean) * (b - mean), 0) / batch.length);
console.log(`mean ${mean.toFixed(3)}, standard deviation ${spread.toFixed(3)}`);
