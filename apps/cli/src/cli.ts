/** The command line: what there is to call and what it takes. */
import { Argument, Command, CommanderError, Option } from "commander";
import type { BanditsOptions } from "./commands/bandits.ts";
import type { CgOptions } from "./commands/cg.ts";
import { evaluateRun, watch, type EvalOptions, type WatchOptions } from "./commands/evaluate.ts";
import { list, printAlgorithm } from "./commands/list.ts";
import { plot, type PlotOptions } from "./commands/plot.ts";
import type { ShuffleOptions } from "./commands/shuffle.ts";
import { start } from "./commands/start.ts";
import { resumeRun, train } from "./commands/train.ts";
import { algorithms, checkPreset, environmentOf, findAlgorithm, tunedFor, type Algorithm } from "./algorithms.ts";
import { quote } from "@rl/math/options";
import { ExitError, UsageError } from "./errors.ts";
import { importModules, modulePath } from "./imports.ts";
import { programName, shellWord } from "./program-name.ts";
import { guard, oneLine, unbroken, visible, wrap } from "./terminal/guard.ts";
import { openScreen, type Screen, type Surface } from "./terminal/screen.ts";
import { version } from "./version.ts";
import { collectSetting, parseCount, parseNumber, parsePath } from "./values.ts";

interface ResumeFlags {
  readonly checkpoint?: string;
  readonly import?: readonly string[];
  readonly verbose: boolean;
}

interface TrainFlags {
  readonly env?: string;
  readonly preset?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly set?: Record<string, unknown>;
  readonly name?: string;
  readonly dir: string;
  readonly evalFreq?: number;
  readonly evalEpisodes: number;
  readonly saveFreq?: number;
  readonly keepFreq?: number;
  readonly import?: readonly string[];
  readonly verbose: boolean;
}

const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}\n`;
const collectPath = (dir: string, before: readonly string[] = []): string[] => [...before, parsePath("The run folder")(dir)];
const collect = (file: string, before: readonly string[] = []): string[] => [...before, modulePath(file)];
/** More would not fit into memory, or end. */
const MOST_EPISODES = 1e7;
const RUN = "runs/pg/CartPole-v1/seed-1";

/** The algorithm that was typed behind `train`, where it is one. */
const typed = ({ args }: Command): Algorithm | undefined => algorithms.find(({ name }) => args.includes(name));

function build(screen: Screen, command: string): Command {
  const program = new Command("rl")
    .description("Train agents, look at them, and go on where you stopped.")
    .version(version(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--debug", "show the stack of an error")
    .showSuggestionAfterError(true)
    .addHelpText("after", examples("rl start", "rl train pg --env CartPole-v1 --seed 1", `rl watch ${RUN}`, "rl list envs"));

  const seed = (): Option => new Option("--seed <number>", "seed of everything random").argParser(parseCount("--seed", 0));
  // Each episode has the next seed, and all of them must be exact.
  const episodeSeed = (): Option =>
    new Option("--seed <number>", "seed of the first episode").argParser(parseCount("--seed", 0, Number.MAX_SAFE_INTEGER - MOST_EPISODES));
  const checkpoint = (): Option =>
    new Option("--checkpoint <name>", 'which one: "best", "last", or the N of a step-N; default the best there is');
  const verbose = (): Option => new Option("--verbose", "a line for every iteration: loss, mean return, mean length").default(false);
  const root = (): Option => new Option("--dir <folder>", "folder of all runs").argParser(parsePath("--dir")).default("runs");
  const runFolder = (): Argument => new Argument("<dir>", "run folder").argParser(parsePath("The run folder"));
  const out = (flags: string, what: string): Option => new Option(flags, what).argParser(parsePath("--out"));
  const modules = (): Option =>
    new Option(
      "--import <file>",
      "a module that registers environments of your own, in JavaScript or TypeScript; as often as needed",
    ).argParser(collect);

  program
    .command("start")
    .description("teach an agent to balance a pole and watch it: what npm start does")
    .addOption(seed().default(1))
    .addOption(new Option("-n, --steps <number>", "environment steps").argParser(parseCount("--steps")))
    .addOption(root())
    .addHelpText("after", examples("rl start", "rl start --seed 7"))
    .action((flags: { seed: number; steps?: number; dir: string }) => start(screen, flags, command));

  program
    .command("train")
    .description("train an agent into a new run folder")
    .argument("<algorithm>", "rl list algos shows all")
    .addOption(modules())
    .option("--env <id>", "environment; rl list envs shows all; default the one that the preset is made for")
    .option("--preset <name>", "named settings; rl list presets shows all")
    .addOption(seed().default(0))
    .addOption(new Option("-n, --steps <number>", "environment steps; default the algorithm's own").argParser(parseCount("--steps")))
    .addOption(
      new Option(
        "--set <key=value>",
        "a setting of the algorithm (rl list settings), as often as needed: numbers, JSON, lin_1e-3 for a linear fall to 0",
      ).argParser(collectSetting),
    )
    .addOption(new Option("--name <name>", 'name of the run; default "seed-N", with a counter where it is taken'))
    .addOption(root())
    .addOption(new Option("--eval-freq <steps>", "steps between evaluations; default a tenth of all").argParser(parseCount("--eval-freq")))
    .addOption(
      new Option("--eval-episodes <number>", "episodes per evaluation")
        .argParser(parseCount("--eval-episodes", 1, MOST_EPISODES))
        .default(10),
    )
    .addOption(
      new Option("--save-freq <steps>", "steps between checkpoints; default a twentieth of all").argParser(parseCount("--save-freq")),
    )
    .addOption(
      new Option("--keep-freq <steps>", "steps between checkpoints that are kept as step-N; default none").argParser(
        parseCount("--keep-freq"),
      ),
    )
    .addOption(verbose())
    .addHelpText("after", ({ command: train }) => describeAlgorithm(screen, typed(train)))
    .addHelpText("after", ({ command: train }) =>
      examples(
        ...(typed(train)?.examples ?? [
          ...algorithms.flatMap((algorithm) => algorithm.examples.slice(0, 1)),
          "rl train ppo --import ./my-env.ts --env mine/Maze-v0",
          "rl train ppo --help",
        ]),
      ),
    )
    .action(async (name: string, flags: TrainFlags) => {
      const algorithm = findAlgorithm(name);
      await importModules(flags.import ?? []);
      if (flags.name !== undefined && !/^\w[\w.-]{0,199}$/.test(flags.name))
        throw new UsageError(
          `--name is ${quote(flags.name)}, expected up to 200 letters, digits, ".", "-" and "_", the first a letter, a digit or "_".`,
        );
      const preset = checkPreset(algorithm, flags.preset ?? algorithm.defaultPreset);
      const job = {
        algorithm: name,
        env: flags.env ?? environmentOf(algorithm, preset),
        preset,
        seed: flags.seed,
        totalSteps: flags.steps,
        options: flags.set ?? {},
        imports: flags.import ?? [],
      };
      const tuned = flags.preset === undefined ? tunedFor(algorithm, job.env) : undefined;
      const { dir, name: runName, evalFreq, evalEpisodes, saveFreq, keepFreq } = flags;
      const plans = {
        root: dir,
        name: runName,
        evaluateEvery: evalFreq,
        evaluateEpisodes: evalEpisodes,
        saveEvery: saveFreq,
        keepEvery: keepFreq,
      };
      await train(screen, job, plans, {
        verbose: flags.verbose,
        command,
        ...(tuned === undefined ? {} : { advice: `Tuned settings for ${job.env} are there as well: ${unbroken(`--preset ${tuned}`)}` }),
      });
    });

  program
    .command("resume")
    .description("go on with a run where it was saved last, with the bits it would have had")
    .addArgument(runFolder())
    .addOption(
      new Option(
        "--checkpoint <name>",
        'where to go on: "last", "best", or the N of a step-N; default "last", or the newest that is whole',
      ),
    )
    .addOption(verbose())
    .addOption(modules())
    .addHelpText("after", examples(`rl resume ${RUN}`, `rl resume ${RUN} --checkpoint best`))
    .action((dir: string, flags: ResumeFlags) => resumeRun(screen, dir, flags));

  program
    .command("eval")
    .description("play whole episodes and report mean and standard deviation of their returns")
    .addArgument(runFolder())
    .addOption(new Option("--episodes <number>", "how many").argParser(parseCount("--episodes", 1, MOST_EPISODES)).default(100))
    .addOption(episodeSeed().default(10_000))
    .addOption(checkpoint())
    .addOption(modules())
    .option("--stochastic", "draw actions from the policy instead of taking the most likely", false)
    .option("--json", "print one JSON object, with the return of each episode", false)
    .addHelpText("after", examples(`rl eval ${RUN} --episodes 100`, `rl eval ${RUN} --checkpoint last --json`))
    .action((dir: string, flags: EvalOptions) => evaluateRun(screen, dir, flags));

  program
    .command("watch")
    .description("watch an agent at work in the terminal")
    .addArgument(runFolder())
    .addOption(new Option("--episodes <number>", "how many").argParser(parseCount("--episodes", 1, MOST_EPISODES)).default(3))
    .addOption(new Option("--fps <number>", "steps a second, 1 … 1000").argParser(parseNumber("--fps", 1, 1000)).default(50))
    .addOption(episodeSeed().default(10_000))
    .addOption(checkpoint())
    .addOption(modules())
    .option("--stochastic", "draw actions from the policy instead of taking the most likely", false)
    .addHelpText("after", examples(`rl watch ${RUN}`, `rl watch ${RUN} --fps 25 --episodes 1`))
    .action((dir: string, flags: WatchOptions) => watch(screen, dir, flags));

  program
    .command("plot")
    .description("draw a metric of one run or several, in the terminal or as SVG")
    .addArgument(new Argument("<dir...>", "run folders").argParser(collectPath))
    .option("--metric <tag>", "what to draw (default: what the runs are scored by, as a rule rollout/ep_rew_mean)")
    .addOption(out("--out <file.svg>", "write an SVG file instead"))
    .addHelpText("after", examples(`rl plot ${RUN}`, "rl plot runs/pg/CartPole-v1/seed-1 runs/pg/CartPole-v1/seed-2 --out curves.svg"))
    .action((dirs: string[], flags: PlotOptions) => plot(screen, dirs, flags));

  program
    .command("bandits")
    .description("draw the figures of Sutton & Barto's bandit chapter: ε-greedy, optimistic, UCB, gradient, parameter study, regret")
    .option("--figure <name>", "2.1 … 2.6, exercise-2.5 or regret: drawn here, and into --out where given")
    .option("--all", "write all of them as SVG files")
    .addOption(out("--out <file or folder>", "SVG file of --figure; folder of --all (default figures/)"))
    .addOption(new Option("--tasks <number>", "bandits that are averaged over").argParser(parseCount("--tasks", 1, 1e6)).default(2000))
    .addOption(seed().default(1))
    .addHelpText("after", examples("rl bandits --figure 2.2", "rl bandits --figure 2.2 --out fig.svg", "rl bandits --all"))
    .action(async (flags: BanditsOptions) => (await import("./commands/bandits.ts")).bandits(screen, flags));

  program
    .command("cg")
    .description("draw pictures of conjugate gradients as SVG: paths on level curves, convergence beside its bound")
    .option("--figure <name>", "path or convergence")
    .option("--all", "all figures")
    .addOption(out("--out <file.svg or folder>", "where to; default cg-NAME.svg here, or the folder figures with --all"))
    .addHelpText("after", examples("rl cg --figure path --out fig.svg", "rl cg --all --out docs/images"))
    .action(async (flags: CgOptions) => (await import("./commands/cg.ts")).cg(screen, flags));

  program
    .command("shuffle")
    .description("show what a shuffle buffer does to a stream: how far items travel, and why to shuffle before batching")
    .addOption(new Option("--items <number>", "items in the stream").argParser(parseCount("--items", 2, 1e5)).default(200))
    .addOption(seed().default(1))
    .addOption(out("--out <file.svg>", "also draw it as SVG"))
    .addHelpText("after", examples("rl shuffle", "rl shuffle --items 1000 --out shuffle.svg"))
    .action(async (flags: ShuffleOptions) => (await import("./commands/shuffle.ts")).shuffleFigures(screen, flags));

  program
    .command("list")
    .description("list what there is: environments, algorithms, their presets and settings")
    .argument("[what]", "envs, algos, presets or settings; left out: an overview")
    .argument("[words...]", "of presets and settings: an algorithm, and words that are looked for")
    .addOption(modules())
    .addHelpText("after", examples("rl list", "rl list envs", "rl list presets ppo", "rl list settings ppo learning rate"))
    .action(async (what: string | undefined, words: readonly string[], flags: { readonly import?: readonly string[] }) => {
      await importModules(flags.import ?? []);
      list(screen, what, words);
    });

  // A line as wide as the terminal would be broken there.
  const width = screen.live ? screen.columns - 1 : screen.columns;
  for (const each of [program, ...program.commands]) {
    each.exitOverride();
    each.configureHelp({ minWidthToWrap: 20, ...(width < NARROW ? { formatItem: formatNarrow } : {}) });
    // What is wrong is said once, below.
    each.configureOutput({
      writeOut: (text) => printText(screen, text),
      writeErr: () => undefined,
      getOutHelpWidth: () => width,
    });
    if (each !== program) each.option("--debug", "show the stack of an error");
  }
  return program;
}

/** The part of `rl train ALGORITHM --help` that is about the algorithm; it has tables, so it is printed at once. */
function describeAlgorithm(screen: Screen, algorithm: Algorithm | undefined): string {
  if (algorithm !== undefined) printAlgorithm(screen, algorithm);
  return "";
}

/** Columns from which on an option and what it means stand side by side. */
const NARROW = 56;
const formatNarrow = (term: string, _: number, description: string): string => `  ${term}\n      ${description}`;

/** Text of several lines, the last of which ends. */
function printText(screen: Screen, text: string): void {
  for (const line of text.replace(/\n$/, "").split("\n")) screen.line(line);
}

/** On a terminal the words of a complaint stay whole. */
function toStandardError(line: string): void {
  const { isTTY, columns } = process.stderr;
  for (const each of isTTY && columns > 0 ? wrap(line, columns - 1) : [line]) process.stderr.write(`${each}\n`);
}

/** Runs the command line and gives the exit code: 0, 2 for what the user can put right, 1 for anything else, 130 after Ctrl-C. */
export async function cli(
  args: readonly string[],
  given: Surface = openScreen(),
  complain: (line: string) => void = toStandardError,
): Promise<number> {
  const screen = guard(given, complain);
  const program = build(screen, [programName(), ...args.map(shellWord)].join(" "));
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.code;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const usage = error instanceof UsageError || error instanceof CommanderError;
    const message = oneLine((error instanceof Error ? error.message : String(error)).replace(/^error: /, ""));
    complain(`rl: ${message}${usage ? "" : " (--debug shows where)"}`);
    if (args.includes("--debug") && error instanceof Error) for (const line of String(error.stack).split("\n")) complain(visible(line));
    return usage ? 2 : 1;
  }
}
