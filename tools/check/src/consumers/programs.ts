// One small program in the forms that the tools read: every package's every export as a namespace, then numbers whose bits are compared.
import { isNodeSubpath, sourceEntries, type Workspace } from "../workspace.ts";

/** What a bundle or a runtime imports: "@rl/envs/paint". `everywhere`: not for Node alone. */
export interface Entry {
  readonly specifier: string;
  readonly everywhere: boolean;
}

export const entriesOf = (workspaces: readonly Workspace[]): Entry[] =>
  workspaces.flatMap(({ manifest, folder }) =>
    Object.keys(sourceEntries(manifest)).map((subpath) => ({
      specifier: manifest.name + subpath.slice(1),
      everywhere: folder.startsWith("packages/") && !isNodeSubpath(subpath),
    })),
  );

const body = (entries: readonly Entry[]): string => `
const modules = { ${entries.map(({ specifier }, i) => `"${specifier}": m${i}`).join(", ")} };
const everywhere = new Set(${JSON.stringify(entries.filter((entry) => entry.everywhere).map(({ specifier }) => specifier))});
function hash(values) {
  let h = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer)) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
function bits() {
  let names = 0;
  for (const [specifier, module] of Object.entries(modules)) {
    const count = Object.keys(module).filter((name) => name !== "default" && name !== "__esModule" && name !== "module.exports").length;
    if (count === 0) throw new Error(specifier + " exports nothing");
    if (everywhere.has(specifier)) names += count;
  }
  const generator = new modules["@rl/random"].Generator(7);
  const draws = Float64Array.from({ length: 1000 }, () => modules["@rl/math"].exp(generator.standardNormal()));
  const trainer = modules["@rl/ppo"].createPpo({ env: "CartPole-v1", seed: 7, totalSteps: 2048 });
  const lengths = [];
  for (const metrics of trainer.train()) lengths.push(metrics["rollout/ep_len_mean"]);
  const actions = trainer.act(Float32Array.from({ length: 400 }, (_, i) => Math.fround(((i * 37) % 101) / 101 - 0.5)));
  return [names + " names", "draws " + hash(draws), "training " + hash(Float64Array.from(lengths)), "actions " + hash(Int32Array.from(actions))].join(", ");
}
`;

export const moduleProgram = (entries: readonly Entry[], end = "console.log(`bits ${bits()}.`);"): string =>
  `${entries.map(({ specifier }, i) => `import * as m${i} from "${specifier}";`).join("\n")}\n${body(entries)}${end}\n`;

export const commonProgram = (entries: readonly Entry[], end = "console.log(`bits ${bits()}.`);"): string =>
  `${entries.map(({ specifier }, i) => `const m${i} = require("${specifier}");`).join("\n")}\n${body(entries)}${end}\n`;

/** A test of Jest or the like. */
export const TEST_END = 'test("bits", () => { console.log(`bits ${bits()}.`); });';

/** A program in TypeScript, only to be type-checked. */
export const typedModule = (entries: readonly Entry[]): string =>
  entries.map(({ specifier }, i) => `export * as m${i} from "${specifier}";`).join("\n");
export const typedCommon = (entries: readonly Entry[]): string =>
  entries.map(({ specifier }, i) => `import m${i} = require("${specifier}");\nexport const k${i} = m${i};`).join("\n");

/** The bits in what a program printed, wherever a test runner put its marks. */
export function bitsIn(output: string): string | undefined {
  return /\bbits (\d+ names, draws [^.]*)\./.exec(output)?.[1];
}
