/** Acrobot: two links hang from a fixed joint; a torque of −1, 0 or +1 N·m at the joint between them (actions 0, 1, 2) must swing the tip
 *  above the line one link over the fixed joint. Sutton 1996, "Generalization in reinforcement learning", with the equations of the book
 *  (Sutton and Barto, 11.3), as Gymnasium's Acrobot-v1: Runge–Kutta of fourth order with τ = 0.2 s, all links m = l = I = 1, lc = ½.
 *
 *    d₁ = m lc² + m (l² + lc² + 2 l lc cos θ₂) + 2I,   d₂ = m (lc² + l lc cos θ₂) + I
 *    φ₂ = m lc g sin(θ₁+θ₂),   φ₁ = −m l lc θ̇₂² sin θ₂ − 2 m l lc θ̇₂ θ̇₁ sin θ₂ + (m lc + m l) g sin θ₁ + φ₂
 *    θ̈₂ = (u + d₂/d₁ φ₁ − m l lc θ̇₁² sin θ₂ − φ₂) / (m lc² + I − d₂²/d₁),   θ̈₁ = −(d₂ θ̈₂ + φ₁) / d₁
 *
 *  sin stands for Gymnasium's cos(· − π/2), and sums of angles go by the addition formulas: equal but for rounding.
 *  Observation (6 × float32): cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂. Reward −1 per step, 0 for the last. Ends when
 *  −cos θ₁ − cos(θ₁+θ₂) > 1. */
import { sincosColumn } from "@rl/math";
import { checkKeys } from "../errors.ts";
import type { Kernel, StartBox } from "../kernel.ts";
import type { Scene } from "../scene.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { lowHighBox } from "../start-box.ts";
import { acrobotScene } from "./acrobot-scene.ts";

export type AcrobotOptions = Readonly<Record<never, never>>;

const PI = Math.PI;
const fround = Math.fround;
const GRAVITY = 9.8;
const TAU = 0.2;
const MAX_SPEED_1 = 4 * PI;
const MAX_SPEED_2 = 9 * PI;
const FAR = 1000 * PI;

/** An angle in −π … π, turn by turn as Gymnasium; far ones, which only a start or a state from elsewhere can bring, at once. */
function wrapped(angle: number): number {
  let a = angle > FAR || angle < -FAR ? angle % (2 * PI) : angle;
  while (a > PI) a -= 2 * PI;
  while (a < -PI) a += 2 * PI;
  return a;
}

/** Runge–Kutta's scratch columns: angles and speeds at the current stage, their sines and cosines, and the weighted sum of slopes. */
const STAGE = ["theta1", "theta2", "speed1", "speed2", "sine1", "cosine1", "sine2", "cosine2", "sum1", "sum2", "sum3", "sum4"] as const;
type Stage = Readonly<Record<(typeof STAGE)[number], Float64Array>>;

export class Acrobot implements Kernel {
  // State: one element per row; sines and cosines follow from the angles.
  readonly theta1: Float64Array;
  readonly theta2: Float64Array;
  readonly thetaDot1: Float64Array;
  readonly thetaDot2: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
  private readonly sine1: Float64Array;
  private readonly cosine1: Float64Array;
  private readonly sine2: Float64Array;
  private readonly cosine2: Float64Array;
  private readonly stage: Stage;

  // Parameters and spaces.
  readonly numEnvs: number;
  readonly observationSpace = new Box({ low: [-1, -1, -1, -1, -MAX_SPEED_1, -MAX_SPEED_2], high: [1, 1, 1, 1, MAX_SPEED_1, MAX_SPEED_2] });
  readonly actionSpace = new Discrete(3);
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;

  constructor(numEnvs: number, options: AcrobotOptions = {}) {
    checkKeys("Acrobot", options, []);
    const column = (): Float64Array => new Float64Array(numEnvs);
    this.numEnvs = numEnvs;
    this.theta1 = column();
    this.theta2 = column();
    this.thetaDot1 = column();
    this.thetaDot2 = column();
    this.columns = { theta1: this.theta1, theta2: this.theta2, thetaDot1: this.thetaDot1, thetaDot2: this.thetaDot2 };
    this.sine1 = column();
    this.cosine1 = column();
    this.sine2 = column();
    this.cosine2 = column();
    this.stage = Object.fromEntries(STAGE.map((name) => [name, column()])) as Stage;
    this.observations = new Float32Array(numEnvs * 6);
    this.rewards = column();
    this.terminated = new Uint8Array(numEnvs);
  }

  step(actions: Int32Array): void {
    const { numEnvs, stage } = this;
    stage.speed1.set(this.thetaDot1);
    stage.speed2.set(this.thetaDot2);
    stage.sum1.fill(0);
    stage.sum2.fill(0);
    stage.sum3.fill(0);
    stage.sum4.fill(0);
    stage.sine1.set(this.sine1);
    stage.cosine1.set(this.cosine1);
    stage.sine2.set(this.sine2);
    stage.cosine2.set(this.cosine2);
    this.slope(0, actions);
    for (let k = 1; k < 4; k++) {
      sincosColumn(stage.theta1, stage.sine1, stage.cosine1, 0, numEnvs);
      sincosColumn(stage.theta2, stage.sine2, stage.cosine2, 0, numEnvs);
      this.slope(k, actions);
    }
    this.finish();
  }

  /** Adds the slope at stage k, weighted 1, 2, 2, 1, to the sums and moves the next stage to start + (τ/2 or τ) · slope. */
  private slope(k: number, actions: Int32Array): void {
    const weight = k === 0 || k === 3 ? 1 : 2;
    const reach = k === 2 ? TAU : TAU / 2;
    const { numEnvs, theta1, theta2, thetaDot1, thetaDot2, stage } = this;
    const { theta1: angle1, theta2: angle2, speed1, speed2, sine1, cosine1, sine2, cosine2, sum1, sum2, sum3, sum4 } = stage;
    for (let i = 0; i < numEnvs; i++) {
      const s2 = sine2[i]!;
      const c2 = cosine2[i]!;
      const s1 = sine1[i]!;
      const w1 = speed1[i]!;
      const w2 = speed2[i]!;
      const d1 = 0.25 + (1.25 + c2) + 1 + 1;
      const d2 = 0.25 + 0.5 * c2 + 1;
      const phi2 = 0.5 * GRAVITY * (s1 * c2 + cosine1[i]! * s2);
      const phi1 = -0.5 * (w2 * w2) * s2 - w2 * w1 * s2 + 1.5 * GRAVITY * s1 + phi2;
      const torque = actions[i]! - 1;
      const a2 = (torque + (d2 / d1) * phi1 - 0.5 * (w1 * w1) * s2 - phi2) / (1.25 - (d2 * d2) / d1);
      const a1 = -(d2 * a2 + phi1) / d1;
      sum1[i] = sum1[i]! + weight * w1;
      sum2[i] = sum2[i]! + weight * w2;
      sum3[i] = sum3[i]! + weight * a1;
      sum4[i] = sum4[i]! + weight * a2;
      angle1[i] = theta1[i]! + reach * w1;
      angle2[i] = theta2[i]! + reach * w2;
      speed1[i] = thetaDot1[i]! + reach * a1;
      speed2[i] = thetaDot2[i]! + reach * a2;
    }
  }

  /** The new state from the sums: angles wrapped into −π … π, speeds bounded; then flags, rewards and observations. */
  private finish(): void {
    const { numEnvs, theta1, theta2, thetaDot1, thetaDot2, sine1, cosine1, sine2, cosine2, stage, rewards, terminated } = this;
    const { sum1, sum2, sum3, sum4 } = stage;
    for (let i = 0; i < numEnvs; i++) {
      const a = wrapped(theta1[i]! + (TAU / 6) * sum1[i]!);
      const b = wrapped(theta2[i]! + (TAU / 6) * sum2[i]!);
      const speed1 = thetaDot1[i]! + (TAU / 6) * sum3[i]!;
      const speed2 = thetaDot2[i]! + (TAU / 6) * sum4[i]!;
      theta1[i] = a;
      theta2[i] = b;
      thetaDot1[i] = speed1 > MAX_SPEED_1 ? MAX_SPEED_1 : speed1 < -MAX_SPEED_1 ? -MAX_SPEED_1 : speed1;
      thetaDot2[i] = speed2 > MAX_SPEED_2 ? MAX_SPEED_2 : speed2 < -MAX_SPEED_2 ? -MAX_SPEED_2 : speed2;
    }
    sincosColumn(theta1, sine1, cosine1, 0, numEnvs);
    sincosColumn(theta2, sine2, cosine2, 0, numEnvs);
    for (let i = 0; i < numEnvs; i++) {
      const cosineOfSum = cosine1[i]! * cosine2[i]! - sine1[i]! * sine2[i]!;
      const there = -cosine1[i]! - cosineOfSum > 1;
      terminated[i] = there ? 1 : 0;
      rewards[i] = there ? 0 : -1;
      this.write(i);
    }
  }

  startBox(options?: Readonly<Record<string, unknown>>): StartBox {
    return lowHighBox("Acrobot", options, -0.1, 0.1, 4);
  }

  /** The start is float32, as Gymnasium's. */
  reset(row: number, start: Float64Array): void {
    this.theta1[row] = fround(start[0]!);
    this.theta2[row] = fround(start[1]!);
    this.thetaDot1[row] = fround(start[2]!);
    this.thetaDot2[row] = fround(start[3]!);
    this.observe(row);
  }

  observe(row: number): void {
    sincosColumn(this.theta1, this.sine1, this.cosine1, row, row + 1);
    sincosColumn(this.theta2, this.sine2, this.cosine2, row, row + 1);
    this.write(row);
  }

  private write(row: number): void {
    const { observations } = this;
    const o = 6 * row;
    observations[o] = this.cosine1[row]!;
    observations[o + 1] = this.sine1[row]!;
    observations[o + 2] = this.cosine2[row]!;
    observations[o + 3] = this.sine2[row]!;
    observations[o + 4] = this.thetaDot1[row]!;
    observations[o + 5] = this.thetaDot2[row]!;
  }

  scene(row: number): Scene {
    return acrobotScene({ theta1: this.theta1[row]!, theta2: this.theta2[row]! });
  }
}
