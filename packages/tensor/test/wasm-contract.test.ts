import { wasmEngine } from "../src/wasm/engine.ts";
import { engineContract } from "./engine-contract.ts";

// The order of a sum may depend on what it is fused with, never on the machine.
engineContract(wasmEngine, { dtypes: ["float32", "int32", "uint8", "bool"] });
