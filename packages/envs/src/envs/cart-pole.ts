/** CartPole: balance a pole on a cart by pushing the cart left (0) or right (1).
 *  Barto, Sutton, Anderson 1983, "Neuronlike adaptive elements that can solve difficult learning control problems"; equations after
 *  Florian 2007, "Correct equations for the dynamics of the cart-pole system" (without friction), as Gymnasium's CartPole-v0/v1.
 *
 *    temp = (F + m l θ̇² sin θ) / M,   θ̈ = (g sin θ − cos θ · temp) / (l (4/3 − m cos²θ / M)),   ẍ = temp − m l θ̈ cos θ / M
 *    explicit Euler with τ = 0.02 s; l is half the pole's length, M the mass of cart and pole.
 *
 *  Observation (4 × float32): x [m], ẋ [m/s], θ [rad, 0 upright, positive to the right], θ̇ [rad/s].
 *  Reward 1 per step, the ending one too. Ends when |x| > 2.4 or |θ| > 12°. */
import { sincosColumn } from "@rl/math";
import { checkKeys } from "../errors.ts";
import type { Kernel, StartBox } from "../kernel.ts";
import { flagOption } from "../options.ts";
import type { Scene } from "../scene.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { lowHighBox } from "../start-box.ts";
import { cartPoleScene } from "./cart-pole-scene.ts";

export interface CartPoleOptions {
  /** Reward 0 per step and −1 for the fall, as in Sutton and Barto's book (Gymnasium: `sutton_barto_reward`). Default false. */
  readonly suttonBartoReward?: boolean;
}

const GRAVITY = 9.8;
const CART_MASS = 1.0;
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + CART_MASS;
const HALF_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH;
const FORCE = 10.0;
const TAU = 0.02;
const THETA_LIMIT = (12 * 2 * Math.PI) / 360;
const X_LIMIT = 2.4;

export class CartPole implements Kernel {
  // State: one element per row.
  readonly x: Float64Array;
  readonly xDot: Float64Array;
  readonly theta: Float64Array;
  readonly thetaDot: Float64Array;
  /** 1 once the episode has ended: further steps earn nothing. */
  readonly fallen: Uint8Array;
  readonly columns: Readonly<Record<string, Float64Array | Uint8Array>>;
  private readonly sine: Float64Array;
  private readonly cosine: Float64Array;

  // Parameters and spaces.
  readonly numEnvs: number;
  readonly suttonBartoReward: boolean;
  readonly observationSpace = new Box({
    low: [-2 * X_LIMIT, -Infinity, -2 * THETA_LIMIT, -Infinity],
    high: [2 * X_LIMIT, Infinity, 2 * THETA_LIMIT, Infinity],
  });
  readonly actionSpace = new Discrete(2);
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;

  constructor(numEnvs: number, options: CartPoleOptions = {}) {
    checkKeys("CartPole", options, ["suttonBartoReward"]);
    this.numEnvs = numEnvs;
    this.suttonBartoReward = flagOption("CartPole", "suttonBartoReward", options.suttonBartoReward);
    this.x = new Float64Array(numEnvs);
    this.xDot = new Float64Array(numEnvs);
    this.theta = new Float64Array(numEnvs);
    this.thetaDot = new Float64Array(numEnvs);
    this.fallen = new Uint8Array(numEnvs);
    this.columns = { x: this.x, xDot: this.xDot, theta: this.theta, thetaDot: this.thetaDot, fallen: this.fallen };
    this.sine = new Float64Array(numEnvs);
    this.cosine = new Float64Array(numEnvs);
    this.observations = new Float32Array(numEnvs * 4);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
  }

  step(actions: Int32Array): void {
    const { numEnvs, x, xDot, theta, thetaDot, sine, cosine, fallen, observations, rewards, terminated } = this;
    const running = this.suttonBartoReward ? 0 : 1;
    const falling = this.suttonBartoReward ? -1 : 1;
    const fallenAgain = this.suttonBartoReward ? -1 : 0;
    sincosColumn(theta, sine, cosine, 0, numEnvs);
    for (let i = 0, o = 0; i < numEnvs; i++, o += 4) {
      const position = x[i]!;
      const velocity = xDot[i]!;
      const angle = theta[i]!;
      const angularVelocity = thetaDot[i]!;
      const s = sine[i]!;
      const c = cosine[i]!;
      const force = actions[i] === 1 ? FORCE : -FORCE;
      const temp = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * s) / TOTAL_MASS;
      const angularAcceleration = (GRAVITY * s - c * temp) / (HALF_LENGTH * (4.0 / 3.0 - (POLE_MASS * (c * c)) / TOTAL_MASS));
      const acceleration = temp - (POLE_MASS_LENGTH * angularAcceleration * c) / TOTAL_MASS;
      const nextX = position + TAU * velocity;
      const nextXDot = velocity + TAU * acceleration;
      const nextTheta = angle + TAU * angularVelocity;
      const nextThetaDot = angularVelocity + TAU * angularAcceleration;
      x[i] = nextX;
      xDot[i] = nextXDot;
      theta[i] = nextTheta;
      thetaDot[i] = nextThetaDot;
      observations[o] = nextX;
      observations[o + 1] = nextXDot;
      observations[o + 2] = nextTheta;
      observations[o + 3] = nextThetaDot;
      if (nextX < -X_LIMIT || nextX > X_LIMIT || nextTheta < -THETA_LIMIT || nextTheta > THETA_LIMIT) {
        terminated[i] = 1;
        rewards[i] = fallen[i] === 0 ? falling : fallenAgain;
        fallen[i] = 1;
      } else {
        terminated[i] = 0;
        rewards[i] = running;
      }
    }
  }

  startBox(options?: Readonly<Record<string, unknown>>): StartBox {
    return lowHighBox("CartPole", options, -0.05, 0.05, 4);
  }

  reset(row: number, start: Float64Array): void {
    this.x[row] = start[0]!;
    this.xDot[row] = start[1]!;
    this.theta[row] = start[2]!;
    this.thetaDot[row] = start[3]!;
    this.fallen[row] = 0;
    this.observe(row);
  }

  observe(row: number): void {
    const { observations } = this;
    observations[4 * row] = this.x[row]!;
    observations[4 * row + 1] = this.xDot[row]!;
    observations[4 * row + 2] = this.theta[row]!;
    observations[4 * row + 3] = this.thetaDot[row]!;
  }

  scene(row: number): Scene {
    return cartPoleScene({ x: this.x[row]!, theta: this.theta[row]! });
  }
}
