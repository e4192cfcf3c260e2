/** pnpm differential NAME|all: random cases on both sides. See the README. */
import { parseArgs } from "node:util";
import { search, type Ask, type CaseGenerator } from "./frame.ts";
import { generators } from "./generators/index.ts";
import { pack } from "./json.ts";
import { MissingModule, startPeer } from "./peer.ts";

const HELP = `pnpm differential NAME [NAME …] | all   random cases on our side and on a peer's, until the time is up

  --python VENV    virtual environment with the peer's packages (tools/differential/python/requirements.txt)
  --seconds N      how long each generator runs (20)
  --cases N        how many cases each runs, instead of a time
  --seed S         another seed gives other cases (0)
  --case K         only case K of the seed
  --failures N     stop a generator after this many (3)
  --list           the generators

A failure is made small and printed as a test. Exit: 0 all agreed, 1 something differed, 2 it could not run.`;

async function runOne(generator: CaseGenerator, options: Options): Promise<number> {
  let close = (): void => undefined;
  let ask: Ask;
  if (generator.theirs) {
    const { theirs } = generator;
    ask = async (input) => {
      try {
        return { answer: pack(await theirs(input)) };
      } catch (error) {
        return { error: String(error) };
      }
    };
  } else {
    if (options.python === undefined) return skip(generator, "it needs --python VENV");
    try {
      const peer = await startPeer(generator.python!, options.python);
      ({ ask, close } = peer);
    } catch (error) {
      if (error instanceof MissingModule) return skip(generator, `the virtual environment has no module ${error.message}`);
      throw error;
    }
  }
  const end = Date.now() + options.seconds * 1000;
  const most = options.case === undefined ? options.cases : 1;
  let count = 0;
  try {
    const tried = await search(
      generator,
      ask,
      {
        seed: options.seed,
        from: options.case ?? 0,
        stop: (done, failures) => failures >= options.failures || (most === undefined ? Date.now() >= end : done >= most),
      },
      ({ index, what, test }) => {
        count++;
        console.log(`\n${generator.name}: case ${index} differs: ${what}\n\n${test}\n`);
      },
    );
    console.log(`${generator.name.padEnd(16)} ${tried} cases, ${count === 0 ? "all agree" : `${count} differ`}`);
  } finally {
    close();
  }
  return count === 0 ? 0 : 1;
}

function skip(generator: CaseGenerator, why: string): number {
  console.log(`${generator.name.padEnd(16)} skipped: ${why}`);
  return 0;
}

interface Options {
  readonly python: string | undefined;
  readonly seconds: number;
  readonly cases: number | undefined;
  readonly seed: number;
  readonly case: number | undefined;
  readonly failures: number;
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${name}: got "${text}"; expected a whole number ≥ 0.`);
  return Number(text);
}

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      python: text,
      seconds: text,
      cases: text,
      seed: text,
      case: text,
      failures: text,
      list: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.list) for (const { name, about } of generators) console.log(`${name.padEnd(16)} ${about}`);
  if (values.list) return 0;
  if (values.help || positionals.length === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const chosen = positionals.flatMap((name) => {
    if (name === "all") return generators;
    const found = generators.find((each) => each.name === name);
    if (!found) throw new Error(`differential: got "${name}"; expected all or one of ${generators.map((each) => each.name).join(", ")}.`);
    return [found];
  });
  const options: Options = {
    python: values.python,
    seconds: whole("seconds", values.seconds) ?? 20,
    cases: whole("cases", values.cases),
    seed: whole("seed", values.seed) ?? 0,
    case: whole("case", values.case),
    failures: whole("failures", values.failures) ?? 3,
  };
  let status = 0;
  for (const generator of chosen) status = Math.max(status, await runOne(generator, options));
  return status;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
