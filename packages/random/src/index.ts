export { type ChoiceOptions, type FloatArray, Generator, type IntegerArray } from "./generator.ts";
export { type Entropy, SeedSequence, type SeedSequenceState } from "./seed-sequence.ts";
export type { GeneratorState } from "./state.ts";
