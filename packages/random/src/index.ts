export { type ChoiceOptions, Generator, type IntegerArray } from "./generator.ts";
export type { FloatArray } from "./fill.ts";
export { type Entropy, SeedSequence, type SeedSequenceState } from "./seed-sequence.ts";
export type { GeneratorState } from "./state.ts";
