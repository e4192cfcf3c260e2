export type { BuiltInEnvs } from "./built-ins.ts";
export { checkEnv, type CheckEnvOptions } from "./check/check-env.ts";
export { defineEnv, type EnvDefinition, type Outcome } from "./define-env.ts";
export type { Definition, EnvEntry, NamedOptions } from "./definition.ts";
export { resolveEnv, sharesEnv, type EnvOption } from "./door.ts";
export type { Env, EnvState, Info, Json, ResetOptions, ResetResult, StepResult } from "./env.ts";
export { EnvError } from "./errors.ts";
export { Acrobot, type AcrobotOptions } from "./envs/acrobot.ts";
export { CartPole, type CartPoleOptions } from "./envs/cart-pole.ts";
export { MountainCarContinuous } from "./envs/mountain-car-continuous.ts";
export { MountainCar, type MountainCarOptions } from "./envs/mountain-car.ts";
export { Pendulum, type PendulumOptions } from "./envs/pendulum.ts";
export type { Kernel, StartBox } from "./kernel.ts";
export { KernelEnv } from "./kernel-env.ts";
export { KernelVecEnv } from "./kernel-vec-env.ts";
export {
  make,
  makeVec,
  register,
  registeredIds,
  spec,
  type EnvId,
  type EnvIdWithActions,
  type EnvOf,
  type EnvOptionsOf,
  type EnvRegistry,
  type MakeOptions,
  type MakeVecOptions,
  type VecEnvOf,
} from "./registry.ts";
export type { CircleShape, Color, LineShape, Point, PolygonShape, PolylineShape, Scene, Shape, TextShape } from "./scene.ts";
export { Box, type BoxOptions } from "./spaces/box.ts";
export { Dict, Tuple } from "./spaces/composite.ts";
export { Discrete } from "./spaces/discrete.ts";
export type { ArrayOfDType, DType, TypedArray } from "./spaces/dtype.ts";
export { MultiBinary } from "./spaces/multi-binary.ts";
export { MultiDiscrete } from "./spaces/multi-discrete.ts";
export { Space, type SpaceSeed } from "./spaces/space.ts";
export type { EnvSpec } from "./spec.ts";
export { SyncVectorEnv } from "./sync-vector-env.ts";
export type { AutoresetMode, VecEnv, VecEnvState, VecResetOptions, VecResetResult, VecStepResult } from "./vec-env.ts";
export { RunningMoments } from "./running-moments.ts";
export { PlainVecWrapper, VecActionWrapper, VecObservationWrapper, VecWrapper } from "./vec-wrapper.ts";
export { PlainWrapper, unwrap, Wrapper } from "./wrapper.ts";
export { ClipAction, VecClipAction } from "./wrappers/clip-action.ts";
export { FrameStackObservation, VecFrameStackObservation, type FrameStackOptions } from "./wrappers/frame-stack-observation.ts";
export { NormalizeObservation, VecNormalizeObservation, type NormalizeOptions } from "./wrappers/normalize-observation.ts";
export { NormalizeReward, VecNormalizeReward, type NormalizeRewardOptions } from "./wrappers/normalize-reward.ts";
export { OrderEnforcing } from "./wrappers/order-enforcing.ts";
export { PassiveEnvChecker } from "./wrappers/passive-env-checker.ts";
export { RecordEpisodeStatistics, VecRecordEpisodeStatistics, type RecordOptions } from "./wrappers/record-episode-statistics.ts";
export { RescaleAction, VecRescaleAction } from "./wrappers/rescale-action.ts";
export { TimeAwareObservation, VecTimeAwareObservation, type TimeAwareOptions } from "./wrappers/time-aware-observation.ts";
export { TimeLimit } from "./wrappers/time-limit.ts";
export { TransformObservation, VecTransformObservation, type TransformRows } from "./wrappers/transform-observation.ts";
export { TransformReward, VecTransformReward } from "./wrappers/transform-reward.ts";
