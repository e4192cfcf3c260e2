/** MountainCar: a car too weak for the hill must swing to reach the flag; push left (0), nothing (1), push right (2).
 *  Moore 1990, "Efficient memory-based learning for robot control"; equations as in Sutton and Barto and Gymnasium's MountainCar-v0.
 *
 *    v ← clip(v + 0.001 (a − 1) − 0.0025 cos 3x, ±0.07),   x ← clip(x + v, −1.2 … 0.6); hitting the left wall stops the car
 *
 *  Observation (2 × float32): x, v. Reward −1 per step. Ends when x ≥ 0.5 and v ≥ goalVelocity. */
import { sincosColumn } from "@rl/math";
import { checkKeys } from "../errors.ts";
import type { Kernel, StartBox } from "../kernel.ts";
import { numberOption } from "../options.ts";
import type { Scene } from "../scene.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { lowHighBox } from "../start-box.ts";
import { mountainCarScene } from "./mountain-car-scene.ts";

export interface MountainCarOptions {
  /** Velocity the car must have at the flag (Gymnasium: `goal_velocity`), default 0. */
  readonly goalVelocity?: number;
}

const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.5;
const FORCE = 0.001;
const GRAVITY = 0.0025;

/** The one option of both mountain cars. */
export function goalVelocityOption(id: string, options: MountainCarOptions): number {
  checkKeys(id, options, ["goalVelocity"]);
  return numberOption(id, "goalVelocity", options.goalVelocity, 0);
}

export class MountainCar implements Kernel {
  // State: one element per row.
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** cos 3x of the current step, and the angle 3x (then its sine, unused) on the way there. */
  private readonly slope: Float64Array;
  private readonly angle: Float64Array;

  // Parameters and spaces.
  readonly numEnvs: number;
  readonly goalVelocity: number;
  readonly observationSpace = new Box({ low: [MIN_POSITION, -MAX_SPEED], high: [MAX_POSITION, MAX_SPEED] });
  readonly actionSpace = new Discrete(3);
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;

  constructor(numEnvs: number, options: MountainCarOptions = {}) {
    this.numEnvs = numEnvs;
    this.goalVelocity = goalVelocityOption("MountainCar", options);
    this.position = new Float64Array(numEnvs);
    this.velocity = new Float64Array(numEnvs);
    this.columns = { position: this.position, velocity: this.velocity };
    this.slope = new Float64Array(numEnvs);
    this.angle = new Float64Array(numEnvs);
    this.observations = new Float32Array(numEnvs * 2);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
  }

  step(actions: Int32Array): void {
    const { numEnvs, goalVelocity, position, velocity, slope, angle, observations, rewards, terminated } = this;
    for (let i = 0; i < numEnvs; i++) angle[i] = 3 * position[i]!;
    sincosColumn(angle, angle, slope, 0, numEnvs);
    for (let i = 0; i < numEnvs; i++) {
      let v = velocity[i]! + ((actions[i]! - 1) * FORCE + slope[i]! * -GRAVITY);
      if (v > MAX_SPEED) v = MAX_SPEED;
      if (v < -MAX_SPEED) v = -MAX_SPEED;
      let x = position[i]! + v;
      if (x > MAX_POSITION) x = MAX_POSITION;
      if (x < MIN_POSITION) x = MIN_POSITION;
      if (x === MIN_POSITION && v < 0) v = 0;
      position[i] = x;
      velocity[i] = v;
      observations[2 * i] = x;
      observations[2 * i + 1] = v;
      rewards[i] = -1;
      terminated[i] = x >= GOAL_POSITION && v >= goalVelocity ? 1 : 0;
    }
  }

  startBox(options?: Readonly<Record<string, unknown>>): StartBox {
    return lowHighBox("MountainCar", options, -0.6, -0.4, 1);
  }

  reset(row: number, start: Float64Array): void {
    this.position[row] = start[0]!;
    this.velocity[row] = 0;
    this.observe(row);
  }

  observe(row: number): void {
    this.observations[2 * row] = this.position[row]!;
    this.observations[2 * row + 1] = this.velocity[row]!;
  }

  scene(row: number): Scene {
    return mountainCarScene({ position: this.position[row]!, goalPosition: GOAL_POSITION });
  }
}
