/**
 * The rules of a trainer that need processes (subpath @rl/agent/node), as named checks for any test runner. The module exports the function that
 * makes the trainer, so that another process can make the same one:
 *
 *   for (const { name, run } of processContract({ create, module: new URL("create.js", import.meta.url), name: "create" })) it(name, run);
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { deserialize, serialize } from "node:v8";
import { demand, go, same, type ContractCheck, type ContractTrainer, type Create } from "../demands.ts";

/** The part of a URL that is read, so that these declarations stand without DOM and Node types. */
export interface ModuleUrl {
  readonly href: string;
}

export interface ProcessContractOptions {
  /** Makes the trainer here. */
  readonly create: Create;
  /** The module that exports the same function for other processes, and the name it has there. */
  readonly module: ModuleUrl;
  readonly name: string;
  /** Options of Node for them; default: those of this process. */
  readonly execArgv?: readonly string[];
  /** A built-in environment; default "CartPole-v1". */
  readonly env?: string;
  /** Iterations of a run, at least 4. Default 8. */
  readonly iterations?: number;
}

/** What a process is told. It gets on from the file `state` where there is one. */
interface Order {
  readonly module: string;
  readonly name: string;
  readonly env: string;
  readonly iterations: number;
  readonly folder: string;
  readonly task: "finish" | "be killed";
}

/** How far a run had come when its state was saved. */
interface Saved {
  readonly done: number;
  readonly state: object;
}

const SEED = 3;
const files = (folder: string) => ({ state: join(folder, "state"), aside: join(folder, "state.aside"), result: join(folder, "result") });
const read = <T>(file: string): T => deserialize(readFileSync(file)) as T;

export function processContract(options: ProcessContractOptions): readonly ContractCheck[] {
  const { create, module, name, execArgv = process.execArgv, env = "CartPole-v1", iterations = 8 } = options;
  const made = (): ContractTrainer => create({ env, seed: SEED, iterations, totalSteps: Infinity });
  const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "contract-"));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const order = (folder: string, task: Order["task"]): Order => ({ module: module.href, name, env, iterations, folder, task });
  return [
    {
      name: "stopping, and going on in another process, is never having stopped",
      run: () =>
        inFolder(async (folder) => {
          const [whole, first] = [made(), made()];
          const expected = go(whole);
          const done = go(first, iterations >> 1).length;
          writeFileSync(files(folder).state, serialize({ done, state: first.state() } satisfies Saved));
          await child(execArgv, order(folder, "finish"));
          const { metrics, state } = read<{ metrics: object[]; state: object }>(files(folder).result);
          same("metrics in another process", metrics, expected.slice(done));
          same("the last state of another process", state, whole.state());
        }),
    },
    {
      name: "killed while it trains and saves, the newest whole state goes on as if nothing had happened",
      run: () =>
        inFolder(async (folder) => {
          const whole = made();
          const expected = go(whole);
          await child(execArgv, order(folder, "be killed"));
          const { done, state } = read<Saved>(files(folder).state);
          demand(done >= 2 && done < iterations, `the process was killed after ${done} iterations; expected 2 to ${iterations - 1}.`);
          const second = made();
          second.restore(state);
          same(`metrics after a kill at iteration ${done}`, go(second), expected.slice(done));
          same(`states after a kill at iteration ${done}`, second.state(), whole.state());
        }),
    },
  ];
}

/** Runs `obey` in a process of its own; one that is to be killed is, with SIGKILL, once it says that it has saved two iterations. */
function child(execArgv: readonly string[], order: Order): Promise<void> {
  const modules = [import.meta.url, order.module].map((module) => `import(${JSON.stringify(module)})`).join(", ");
  const script = `Promise.all([${modules}]).then(([{ obey }, given]) => obey(given, JSON.parse(process.argv[1])))`;
  const { promise, resolve, reject } = withResolvers();
  const started = spawn(process.execPath, [...execArgv, "--input-type=module", "--eval", script, "--", JSON.stringify(order)], {
    // What the module prints is its own affair; the fourth is for the word that it may be killed.
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let errors = "";
  started.stderr?.setEncoding("utf8").on("data", (text: string) => void (errors += text));
  (started.stdio[3] as Readable).once("data", () => started.kill("SIGKILL"));
  started.once("error", reject);
  started.once("close", (code, signal) => {
    const wanted = order.task === "finish" ? code === 0 : signal === "SIGKILL";
    if (wanted) resolve();
    else reject(new Error(`The process that was to ${order.task} ended with ${signal ?? `code ${code}`}; it wrote: ${errors}`));
  });
  return promise;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}

/** What the other process does. Called there only. */
export function obey(given: Readonly<Record<string, Create | undefined>>, { module, name, env, iterations, folder, task }: Order): void {
  const create = given[name];
  if (typeof create !== "function") throw new TypeError(`${module} exports no function ${name}; expected one that makes the trainer.`);
  const trainer = create({ env, seed: SEED, iterations, totalSteps: Infinity });
  const { state, aside, result } = files(folder);
  if (existsSync(state)) trainer.restore(read<Saved>(state).state);
  if (task === "finish") {
    const metrics = go(trainer);
    writeFileSync(result, serialize({ metrics, state: trainer.state() }));
    return;
  }
  let done = 0;
  for (const _ of trainer.train()) {
    done += 1;
    writeFileSync(aside, serialize({ done, state: trainer.state() } satisfies Saved));
    renameSync(aside, state);
    if (done === 2) writeSync(3, "saved\n");
    if (done === iterations - 1) break;
  }
  // The kill may be late: until it comes, another save is always under way.
  for (;;) writeFileSync(aside, serialize({ done, state: trainer.state() } satisfies Saved));
}
