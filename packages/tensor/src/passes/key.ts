/** Content keys: equal keys mean equal meaning. */
import type { TypedArray } from "../dtype.ts";
import type { Attribute, Attributes, Graph, Node } from "../graph.ts";

export function attributeKey(attributes: Attributes): string {
  let key = "";
  for (const name of Object.keys(attributes).sort()) key += `${name}=${valueKey(attributes[name]!)};`;
  return key;
}

function valueKey(value: Attribute): string {
  if (typeof value === "number") return numberKey(value);
  if (typeof value !== "object") return String(value);
  if (ArrayBuffer.isView(value)) return arrayKey(value as TypedArray);
  if (Array.isArray(value)) return `[${value.map((item) => valueKey(item as Attribute)).join()}]`;
  return `{${graphKey(value as Graph)}}`;
}

const numberKey = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** All bits of a typed array: as text while short, as a 128-bit digest of FNV type (four lanes) when long. */
function arrayKey(data: TypedArray): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const name = data.constructor.name;
  if (bytes.length <= 64) return `${name}(${bytes.join()})`;
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < bytes.length; i++) {
    for (let lane = 0; lane < 4; lane++)
      lanes[lane] = Math.imul(lanes[lane]! ^ (bytes[i]! + lane * 0x3b), 0x01000193 + 2 * lane * 0x1234) ^ (lanes[lane]! >>> 15);
  }
  return `${name}#${bytes.length}:${lanes.join(":")}`;
}

export function nodeKey(node: Node): string {
  return `${node.op}(${node.inputs.join()})${node.dtype}[${node.shape.join()}]${attributeKey(node.attributes)}`;
}

export function graphKey({ nodes, inputs, outputs, donated }: Graph): string {
  return `${nodes.map(nodeKey).join("|")}>${inputs.join()}>${outputs.join()}>${donated.join()}`;
}
