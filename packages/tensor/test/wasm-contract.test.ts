import { wasmEngine } from "../src/wasm/engine.ts";
import { engineContract } from "./engine-contract.ts";

// Without float64: such programs run on the reference engine.
engineContract(wasmEngine, { dtypes: ["float32", "int32", "uint8", "bool"] });
