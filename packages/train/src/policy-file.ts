/** A policy's snapshot (from `policySnapshot` of @rl/agent, to its `loadPolicy`) as one small file: safetensors, with all that is not a tensor in its header. */
import { decodeSafetensors, encodeSafetensors } from "@rl/data";
import { parseJson } from "@rl/math/json";
import { decodeState, encodeState } from "./snapshot.ts";

const FORMAT = "rl-policy";

/** Tensors of the policy itself are named by where they are in its tree, so that the header need not say it once more. */
const TREE = "parameters";

/** The bytes of policy.safetensors. Equal snapshots give equal bytes. */
export function encodePolicy(snapshot: object): Uint8Array {
  const { [TREE]: parameters, ...rest } = snapshot as Record<string, unknown>;
  const { tensors, json } = encodeState(rest);
  const entries = [tensors, encodeState({ [TREE]: parameters }).tensors].flatMap((bytes) => [...decodeSafetensors(bytes).tensors]);
  return encodeSafetensors(new Map(entries), { format: FORMAT, policy: JSON.stringify(json) });
}

/** The snapshot in the bytes of a file, for `loadPolicy`, which checks it. `name` is what errors call the file. */
export function decodePolicy(bytes: Uint8Array, name = "policy.safetensors"): object {
  const { metadata, tensors } = decodeSafetensors(bytes, name);
  const text = metadata["policy"];
  if (metadata["format"] !== FORMAT || text === undefined)
    throw new Error(
      `${name} is no file of a policy: its header has no format "${FORMAT}"; make it by encodePolicy(policySnapshot(trainer)).`,
    );
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (cause) {
    throw new Error(`The header of ${name} ${(cause as Error).message}; the file is damaged.`, { cause });
  }
  const rest = decodeState({ tensors: bytes, json }, { tensors: name, json: `The header of ${name}` });
  const parameters: Branch = {};
  for (const [path, { shape, data }] of tensors)
    if (path.startsWith(`${TREE}.`)) plant(parameters, path.split(".").slice(1), { shape, data });
  return { ...rest, [TREE]: parameters };
}

interface Branch {
  [key: string]: Branch | object;
}

/** Puts a leaf at its place in a tree; where keys are numbers, there are lists. */
function plant(tree: Branch, path: readonly string[], leaf: object): void {
  let branch = tree;
  path.slice(0, -1).forEach((key, i) => {
    if (!Object.hasOwn(branch, key))
      Object.defineProperty(branch, key, { value: /^\d{1,3}$/.test(path[i + 1]!) ? [] : {}, enumerable: true });
    branch = branch[key] as Branch;
  });
  Object.defineProperty(branch, path.at(-1)!, { value: leaf, enumerable: true });
}
