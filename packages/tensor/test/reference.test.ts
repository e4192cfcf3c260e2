import { referenceEngine } from "../src/index.ts";
import { engineContract } from "./engine-contract.ts";

engineContract(referenceEngine);
