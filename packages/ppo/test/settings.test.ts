/** Settings that a saved state is bound to, and schedules whose values are held to the option's rule. */
import { describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

const small: PpoOptions = {
  env: "Pendulum-v1",
  numEnvs: 2,
  stepsPerEnv: 8,
  minibatchSize: 8,
  epochs: 1,
  hiddenSizes: [4],
  iterations: 2,
};

function saved(options: Partial<PpoOptions> = {}): Record<string, unknown> {
  const trainer = createPpo({ ...small, ...options });
  trainer.train().next();
  return trainer.state() as unknown as Record<string, unknown>;
}

describe("a state saved with another setting, without which its numbers mean something else, is refused by name", () => {
  it.each([
    ["activation", { activation: "relu" }, { activation: "tanh" }, 'activation "relu"'],
    ["squashActions", { squashActions: true }, {}, "squashActions true"],
    ["scaleActions", { scaleActions: false }, {}, "scaleActions false"],
    ["discount", { discount: 0.9 }, {}, "discount 0.9"],
  ] as const)("%s", (_, before, now, message) => {
    const trainer = createPpo({ ...small, ...now });
    const own = JSON.stringify(trainer.state());
    expect(() => trainer.restore(saved(before))).toThrow(`saved with ${message}`);
    expect(JSON.stringify(trainer.state())).toBe(own);
  });
  it("also one that is older than scaled actions: it was learned in the space's own units", () => {
    const { scaleActions: _, ...settings } = saved({ scaleActions: false }).settings as Record<string, unknown>;
    const old = { ...saved({ scaleActions: false }), settings };
    expect(() => createPpo(small).restore(old)).toThrow("scaleActions false");
    createPpo({ ...small, scaleActions: false }).restore(old);
    createPpo({ ...small, scaleActions: false }).restore({ ...old, settings: undefined });
  });
});

describe("a schedule that gives what no number of the option may be is refused by its name", () => {
  it.each([
    ["learningRate", NaN],
    ["learningRate", "0.001"],
    ["learningRate", -1],
    ["clipRange", NaN],
    ["entropyCoefficient", undefined],
    ["noisePersistence", 1.5],
    ["noisePersistence", NaN],
  ] as const)("%s: %s", (name, value) => {
    const trainer = createPpo({ ...small, [name]: () => value as number });
    expect(() => trainer.train().next()).toThrow(new RegExp(`schedule ${name}`));
  });
});
