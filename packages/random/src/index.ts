export { type ChoiceOptions, Generator, type IntegerArray } from "./generator.ts";
export type { FloatArray } from "./fill.ts";
export { Pcg64 } from "./pcg64-uniform.ts";
export { SeedSequence } from "./seed-sequence.ts";
export type { Entropy, SeedSequenceState } from "./seed-words.ts";
export type { GeneratorState } from "./state.ts";
