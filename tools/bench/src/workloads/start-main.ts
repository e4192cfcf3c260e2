/** start-main.ts matrix|trainer WIDTH: in a fresh process, milliseconds of the first and the fastest later of some orthogonal WIDTH × WIDTH matrices, or of PPO trainers with two hidden layers of that width. */
import { createPpo } from "@rl/ppo";
import { orthogonal } from "@rl/nets";
import { Generator } from "@rl/random";

const LATER = 5;
const [what, text] = process.argv.slice(2);
const width = Number(text);
const rng = new Generator(1);

function timed(): number {
  const start = performance.now();
  if (what === "matrix") orthogonal()([width, width], rng);
  else createPpo({ env: "CartPole-v1", hiddenSizes: [width, width] });
  return performance.now() - start;
}

const first = timed();
console.log(JSON.stringify({ first, later: Math.min(...Array.from({ length: LATER }, timed)) }));
