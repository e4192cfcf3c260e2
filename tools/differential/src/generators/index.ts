/** All generators, in the order of `all`. */
import type { CaseGenerator } from "../frame.ts";
import { banditsGenerator } from "./bandits.ts";
import { cgGenerator } from "./cg.ts";
import { distributionsGenerator } from "./distributions.ts";
import { filesGenerator } from "./files.ts";
import { killsGenerator } from "./kills.ts";
import { mathGenerator } from "./math.ts";
import { optimizersGenerator } from "./optimizers.ts";
import { randomGenerator } from "./random.ts";
import { spacesGenerator } from "./spaces.ts";
import { tensorGenerator } from "./tensor.ts";
import { viewsGenerator } from "./views.ts";
import { wrappersGenerator } from "./wrappers.ts";

export const generators: readonly CaseGenerator[] = [
  mathGenerator,
  randomGenerator,
  spacesGenerator,
  wrappersGenerator,
  tensorGenerator,
  viewsGenerator,
  distributionsGenerator,
  optimizersGenerator,
  banditsGenerator,
  filesGenerator,
  cgGenerator,
  killsGenerator,
];
