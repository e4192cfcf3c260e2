/** Algorithms and environments that people type by habit, and what there is instead. */
import { plain, quote, type Habits } from "@rl/math/options";

/** Other names of what is here, and what is absent: name → algorithm here, or undefined. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  ...{ ppo2: "ppo", ppoclip: "ppo", ppoclipped: "ppo", maskableppo: "ppo", appo: "ppo", ppg: "ppo" },
  ...{ vpg: "pg", reinforce: "pg", policygradient: "pg", a2c: "pg", a3c: "pg", actorcritic: "pg", mcpg: "pg" },
  ...{ npg: "trpo", naturalpg: "trpo", naturalgradient: "trpo" },
};
const ABSENT_ALGORITHMS =
  "dqn ddqn doubledqn duelingdqn qrdqn iqn c51 rainbow ddpg td3 sac crossq tqc redq bc gail airl sqil ars es cem cmaes impala apex r2d2 dreamer dreamerv3 muzero alphazero her hdqn qlearning sarsa recurrentppo ppolstm mappo maddpg qmix cql iql decisiontransformer".split(
    " ",
  );

export const algorithmHabits: Habits = (name, known) => {
  const word = plain(name);
  const meant = Object.hasOwn(ALGORITHMS, word) ? ALGORITHMS[word] : undefined;
  if (meant !== undefined && known.includes(meant)) return `did you mean ${quote(meant)}?`;
  return ABSENT_ALGORITHMS.includes(word) ? "it is absent here." : undefined;
};

/** Families of environments that are absent, each with names by which it is known, without versions. */
const ABSENT_ENVIRONMENTS: readonly (readonly [what: string, names: string])[] = [
  ["it is one of Box2D", "lunarlander lunarlandercontinuous bipedalwalker bipedalwalkerhardcore carracing"],
  [
    "it is one of MuJoCo",
    "ant halfcheetah hopper humanoid humanoidstandup inverteddoublependulum invertedpendulum pusher reacher swimmer walker2d",
  ],
  ["it is one of Gymnasium's toy texts", "frozenlake frozenlake8x8 taxi cliffwalking blackjack"],
  ["it is an Atari game", "pong breakout spaceinvaders qbert seaquest beamrider enduro mspacman asteroids montezumarevenge freeway boxing"],
];

const base = (id: string): string => plain(id.replace(/-v\d+$/i, "").replace(/noframeskip|deterministic|-ram$/gi, ""));
const versionOf = (id: string): number => Number(/-v(\d+)$/.exec(id)?.[1] ?? -1);

/** Another version of one that is there, or what the one that is not would need. */
export const environmentHabits: Habits = (id, known) => {
  const same = known.filter((other) => base(other) === base(id)).sort((a, b) => versionOf(b) - versionOf(a));
  if (same.length > 0) return `did you mean ${quote(same[0]!)}?`;
  const name = base(id.split("/").at(-1) ?? id);
  const family = /^(ale|atari)\//i.test(id)
    ? "it is an Atari game"
    : ABSENT_ENVIRONMENTS.find(([, names]) => names.split(" ").includes(name))?.[0];
  return family === undefined ? undefined : `it is absent here: ${family}. One of your own comes in with --import;`;
};
