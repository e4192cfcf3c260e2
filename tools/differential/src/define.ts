import type { CaseGenerator } from "./frame.ts";
import type { Json } from "./json.ts";

/** Checks a generator's types and forgets that of its cases, so that all of them fit one list. */
export const defineGenerator = <C extends Json>(generator: CaseGenerator<C>): CaseGenerator => generator as unknown as CaseGenerator;
