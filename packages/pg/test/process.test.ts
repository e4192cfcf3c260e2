import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { expect, it } from "vitest";
import { createPg, type PgOptions } from "../src/index.ts";
import { playPendulum } from "./fixtures/play-pendulum.ts";

it("normalisers are saved with the agent and stand still while it plays, also in a new process", () => {
  const options: PgOptions = {
    env: "Pendulum-v1",
    seed: 4,
    numEnvs: 4,
    stepsPerEnv: 64,
    totalSteps: 256 * 6,
    normalizeObservations: true,
    normalizeRewards: true,
  };
  const trainer = createPg(options);
  for (const _ of trainer.train());
  const state = trainer.state();
  const played = playPendulum(trainer);
  // Playing moved no moment; the network sees what it saw in training, not raw numbers.
  expect({ observations: played.observations, rewards: played.rewards }).toEqual(
    JSON.parse(JSON.stringify({ observations: state.agent.observations, rewards: state.agent.rewards })),
  );
  expect(state.agent.observations!.mean[0]).not.toBeCloseTo(0, 1);
  const raw = createPg({ ...options, normalizeObservations: false });
  raw.restore({ ...state, agent: { ...state.agent, observations: null } });
  expect(playPendulum(raw).actions).not.toEqual(played.actions);

  const folder = mkdtempSync(join(tmpdir(), "pg-"));
  try {
    writeFileSync(join(folder, "state"), serialize(state));
    const script = fileURLToPath(new URL("fixtures/act.ts", import.meta.url));
    const output = execFileSync(process.execPath, ["--conditions=@rl/source", script, JSON.stringify(options), join(folder, "state")], {
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toEqual(played);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
