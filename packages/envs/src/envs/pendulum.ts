/** Pendulum: swing a pendulum up and hold it there by a torque u in −2 … 2 N·m at its joint.
 *  As Gymnasium's Pendulum-v1 (m = l = 1, τ = 0.05 s):
 *
 *    θ̇ ← clip(θ̇ + (3g/(2l) sin θ + 3/(m l²) u) τ, ±8),   θ ← θ + τ θ̇
 *    reward = −(norm(θ)² + 0.1 θ̇² + 0.001 u²) of the state before the step, norm(θ) in −π … π
 *
 *  The terms of u alone are float32, as NumPy computes them. Observation (3 × float32): cos θ, sin θ, θ̇; θ = 0 is upright.
 *  Never ends by itself. */
import { sincosColumn } from "@rl/math";
import { EnvError, checkKeys } from "../errors.ts";
import type { Kernel, StartBox } from "../kernel.ts";
import { numberOption } from "../options.ts";
import type { Scene } from "../scene.ts";
import { Box } from "../spaces/box.ts";
import { startOption } from "../start-box.ts";
import { pendulumScene } from "./pendulum-scene.ts";

export interface PendulumOptions {
  /** Gravitational acceleration in m/s² (Gymnasium: `g`), default 10. */
  readonly gravity?: number;
}

const PI = Math.PI;
const fround = Math.fround;
const MAX_SPEED = 8;
const MAX_TORQUE = 2.0;
const TAU = 0.05;
const MASS = 1.0;
const LENGTH = 1.0;
const TORQUE_GAIN = 3.0 / (MASS * LENGTH * LENGTH);
const TORQUE_COST = /* @__PURE__ */ fround(0.001);

export class Pendulum implements Kernel {
  // State: one element per row; sine and cosine follow from theta.
  readonly theta: Float64Array;
  readonly thetaDot: Float64Array;
  /** Torque of the last step, NaN after a reset; for drawing only. */
  readonly torque: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly unset = ["torque"];
  private readonly sine: Float64Array;
  private readonly cosine: Float64Array;

  // Parameters and spaces.
  readonly numEnvs: number;
  readonly gravity: number;
  readonly observationSpace = new Box({ low: [-1, -1, -MAX_SPEED], high: [1, 1, MAX_SPEED] });
  readonly actionSpace = new Box({ low: -MAX_TORQUE, high: MAX_TORQUE, shape: [1] });
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;

  constructor(numEnvs: number, options: PendulumOptions = {}) {
    checkKeys("Pendulum", options, ["gravity"]);
    this.gravity = numberOption("Pendulum", "gravity", options.gravity, 10.0);
    this.numEnvs = numEnvs;
    this.theta = new Float64Array(numEnvs);
    this.thetaDot = new Float64Array(numEnvs);
    this.torque = new Float64Array(numEnvs);
    this.columns = { theta: this.theta, thetaDot: this.thetaDot, torque: this.torque };
    this.sine = new Float64Array(numEnvs);
    this.cosine = new Float64Array(numEnvs);
    this.observations = new Float32Array(numEnvs * 3);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
  }

  step(actions: Float32Array): void {
    const { numEnvs, theta, thetaDot, torque, sine, cosine, observations, rewards } = this;
    const pull = (3 * this.gravity) / (2 * LENGTH);
    for (let i = 0; i < numEnvs; i++) {
      const angle = theta[i]!;
      const speed = thetaDot[i]!;
      let u = actions[i]!;
      if (u > MAX_TORQUE) u = MAX_TORQUE;
      if (u < -MAX_TORQUE) u = -MAX_TORQUE;
      // (θ + π) mod 2π − π with exact remainders: one turn to either side needs a single exact (or rounded as NumPy's) sum.
      let turned = angle + PI;
      if (turned < 0 || turned >= 2 * PI) {
        if (turned >= 4 * PI || turned < -2 * PI) turned %= 2 * PI;
        else if (turned >= 2 * PI) turned -= 2 * PI;
        if (turned < 0) turned += 2 * PI;
      }
      const normalized = turned - PI;
      rewards[i] = -(normalized * normalized + 0.1 * (speed * speed) + fround(TORQUE_COST * fround(u * u)));
      let next = speed + (pull * sine[i]! + fround(TORQUE_GAIN * u)) * TAU;
      if (next > MAX_SPEED) next = MAX_SPEED;
      if (next < -MAX_SPEED) next = -MAX_SPEED;
      theta[i] = angle + next * TAU;
      thetaDot[i] = next;
      torque[i] = u;
    }
    sincosColumn(theta, sine, cosine, 0, numEnvs);
    for (let i = 0, o = 0; i < numEnvs; i++, o += 3) {
      observations[o] = cosine[i]!;
      observations[o + 1] = sine[i]!;
      observations[o + 2] = thetaDot[i]!;
    }
  }

  /** Reset options `{ xInit, yInit }` (Gymnasium: `x_init`, `y_init`): angle in ±xInit (default π), angular velocity in ±yInit (default 1). */
  startBox(options?: Readonly<Record<string, unknown>>): StartBox {
    checkKeys("Pendulum.reset", options, ["xInit", "yInit"]);
    const x = startOption("Pendulum", options, "xInit", PI);
    const y = startOption("Pendulum", options, "yInit", 1.0);
    if (x < 0 || y < 0)
      throw new EnvError(`Pendulum.reset: xInit is ${x} and yInit is ${y}, expected both ≥ 0; they are half widths around 0.`);
    return { low: [-x, -y], high: [x, y] };
  }

  reset(row: number, start: Float64Array): void {
    this.theta[row] = start[0]!;
    this.thetaDot[row] = start[1]!;
    this.torque[row] = NaN;
    this.observe(row);
  }

  observe(row: number): void {
    sincosColumn(this.theta, this.sine, this.cosine, row, row + 1);
    this.observations[3 * row] = this.cosine[row]!;
    this.observations[3 * row + 1] = this.sine[row]!;
    this.observations[3 * row + 2] = this.thetaDot[row]!;
  }

  scene(row: number): Scene {
    const torque = this.torque[row]!;
    return pendulumScene({ theta: this.theta[row]!, torque: Number.isNaN(torque) ? undefined : torque });
  }
}
