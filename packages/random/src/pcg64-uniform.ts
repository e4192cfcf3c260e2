// Generator's uniform numbers alone, for bundles where every kilobyte counts.
import { seed as seedWords } from "./pcg64.ts";
import { drawWords, type Entropy, entropyText, freshEntropy, mix, type SeedSequenceState } from "./seed-words.ts";
import { checkSeedSequence, type GeneratorState, packState, unpackState } from "./state.ts";
import { Stream } from "./stream.ts";
import { drawRandom } from "./uniform.ts";

/** The stream of `new Generator(seed)` with its `random()` only: the same bits, a quarter of the code. A `Generator` takes its state over, and the other way round. */
export class Pcg64 {
  #stream = new Stream();
  #seedSequence: SeedSequenceState;

  /** @param seed a non-negative integer, a bigint of any size or a list of them; 128 fresh bits from the platform when left out.
   *  @throws RangeError or TypeError for a negative, fractional or unsafe number. */
  constructor(seed: Entropy = freshEntropy()) {
    seedWords(this.#stream.words, drawWords(mix(seed, []), 8));
    this.#seedSequence = { entropy: entropyText(seed), spawnKey: [], childrenSpawned: 0 };
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  random(): number {
    return drawRandom(this.#stream);
  }

  /** Everything as plain JSON; `restore` continues exactly. */
  state(): GeneratorState {
    return packState(this.#stream, structuredClone(this.#seedSequence));
  }

  /** Goes on where `state()` was taken. @throws TypeError for another version or a broken stream, and stays as it was. `seedSequence` is kept for
   *  the next `state()`. */
  restore(state: GeneratorState): void {
    const stream = unpackState(state, new Stream());
    this.#seedSequence = structuredClone(checkSeedSequence(state.seedSequence));
    this.#stream = stream;
  }
}
