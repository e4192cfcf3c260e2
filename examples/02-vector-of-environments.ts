// 64 CartPoles at once with random actions: returns of whole episodes, then a run saved in the middle and continued exactly.
import { makeVec, VecRecordEpisodeStatistics, type EnvState } from "@rl/envs";
import { Generator } from "@rl/random";

const vec = new VecRecordEpisodeStatistics(makeVec("CartPole-v1", 64, { autoreset: "same-step" }));
const rng = new Generator(0);
const actions = new Int32Array(64);
vec.reset({ seed: 0 });

for (let t = 0; t < 1000; t++) {
  rng.fillIntegers(actions, 0, 2);
  const { terminated, truncated, finalObservations } = vec.step(actions);
  // A row that ended shows its new start in `observations`; where the old episode stopped is in `finalObservations`.
  if (t === 30)
    for (let row = 0; row < 64; row++)
      if (terminated[row] || truncated[row]) console.log(`row ${row} fell at ${(finalObservations[4 * row + 2]! * 57.3).toFixed(1)}°`);
}
const returns = vec.recentReturns();
console.log(
  `${vec.episodeCount} episodes, mean return of the last ${returns.length}: ${(returns.reduce((a, b) => a + b, 0) / returns.length).toFixed(1)}`,
);

const saved = JSON.stringify(vec.state());
const straight = Array.from(vec.step(actions.fill(1)).observations);
vec.restore(JSON.parse(saved) as EnvState);
const again = Array.from(vec.step(actions).observations);
console.log(
  "continued with the same bits:",
  straight.every((value, i) => Object.is(value, again[i])),
);
