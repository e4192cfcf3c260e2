/** MountainCarContinuous: the mountain car with a force in −1 … 1 as action.
 *  As Gymnasium's MountainCarContinuous-v0, whose state is float32 (but float64 in the first step of an episode):
 *
 *    v ← clip(v + 0.0015 clip(a, ±1) − 0.0025 cos 3x, ±0.07),   x ← clip(x + v, −1.2 … 0.6); hitting the left wall stops the car
 *
 *  Every sum is rounded where NumPy rounds it. Observation (2 × float32): x, v. Reward −0.1 a², and 100 at the flag.
 *  Ends when x ≥ 0.45 and v ≥ goalVelocity. */
import { sincosColumn } from "@rl/math";
import type { Kernel, StartBox } from "../kernel.ts";
import type { Scene } from "../scene.ts";
import { Box } from "../spaces/box.ts";
import { lowHighBox } from "../start-box.ts";
import { goalVelocityOption, type MountainCarOptions } from "./mountain-car.ts";
import { mountainCarScene } from "./mountain-car-scene.ts";

const fround = Math.fround;
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const MAX_SPEED = 0.07;
const GOAL_POSITION = 0.45;
const POWER = 0.0015;
const GRAVITY = 0.0025;

export class MountainCarContinuous implements Kernel {
  // State: one element per row; float32 values after the first step.
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  /** 1 until the first step of an episode: the start is float64. */
  readonly fresh: Uint8Array;
  readonly columns: Readonly<Record<string, Float64Array | Uint8Array>>;
  /** cos 3x of the current step, and the angle 3x (then its sine, unused) on the way there. */
  private readonly slope: Float64Array;
  private readonly angle: Float64Array;

  // Parameters and spaces.
  readonly numEnvs: number;
  readonly goalVelocity: number;
  readonly observationSpace = new Box({ low: [MIN_POSITION, -MAX_SPEED], high: [MAX_POSITION, MAX_SPEED] });
  readonly actionSpace = new Box({ low: -1, high: 1, shape: [1] });
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;

  constructor(numEnvs: number, options: MountainCarOptions = {}) {
    this.numEnvs = numEnvs;
    this.goalVelocity = goalVelocityOption("MountainCarContinuous", options);
    this.position = new Float64Array(numEnvs);
    this.velocity = new Float64Array(numEnvs);
    this.fresh = new Uint8Array(numEnvs);
    this.columns = { position: this.position, velocity: this.velocity, fresh: this.fresh };
    this.slope = new Float64Array(numEnvs);
    this.angle = new Float64Array(numEnvs);
    this.observations = new Float32Array(numEnvs * 2);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
  }

  step(actions: Float32Array): void {
    const { numEnvs, goalVelocity, position, velocity, fresh, slope, angle, observations, rewards, terminated } = this;
    for (let i = 0; i < numEnvs; i++) angle[i] = fresh[i] === 1 ? 3 * position[i]! : fround(3 * position[i]!);
    sincosColumn(angle, angle, slope, 0, numEnvs);
    for (let i = 0; i < numEnvs; i++) {
      const action = actions[i]!;
      const wide = fresh[i] === 1;
      const pull = GRAVITY * slope[i]!;
      // A clipped action is a float64 constant in NumPy's eyes, any other is float32.
      let change: number;
      if (action > 1) change = POWER - pull;
      else if (action < -1) change = -POWER - pull;
      else change = fround(fround(action * fround(POWER)) - fround(pull));

      const maxSpeed = wide ? MAX_SPEED : fround(MAX_SPEED);
      const minPosition = wide ? MIN_POSITION : fround(MIN_POSITION);
      const maxPosition = wide ? MAX_POSITION : fround(MAX_POSITION);
      let v = wide ? velocity[i]! + change : fround(velocity[i]! + fround(change));
      if (v > maxSpeed) v = maxSpeed;
      if (v < -maxSpeed) v = -maxSpeed;
      let x = wide ? position[i]! + v : fround(position[i]! + v);
      if (x > maxPosition) x = maxPosition;
      if (x < minPosition) x = minPosition;
      if (x === minPosition && v < 0) v = 0;

      const there = x >= (wide ? GOAL_POSITION : fround(GOAL_POSITION)) && v >= (wide ? goalVelocity : fround(goalVelocity));
      terminated[i] = there ? 1 : 0;
      rewards[i] = (there ? 100 : 0) - action * action * 0.1;
      position[i] = observations[2 * i] = fround(x);
      velocity[i] = observations[2 * i + 1] = fround(v);
      fresh[i] = 0;
    }
  }

  startBox(options?: Readonly<Record<string, unknown>>): StartBox {
    return lowHighBox("MountainCarContinuous", options, -0.6, -0.4, 1);
  }

  reset(row: number, start: Float64Array): void {
    this.position[row] = start[0]!;
    this.velocity[row] = 0;
    this.fresh[row] = 1;
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
