/** Trees of tensors as plain data, for states, and back. */
import { tensor, tree, type Tensor } from "@rl/tensor";

/** One tensor of a saved tree. */
export interface SavedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** The same tree with copies of its elements. */
export function saveTree(values: unknown): unknown {
  return tree.map((leaf): SavedTensor => ({ shape: [...leaf.shape], data: leaf.read() as SavedTensor["data"] }), values);
}

const isSaved = (value: unknown): value is SavedTensor =>
  typeof value === "object" &&
  value !== null &&
  "shape" in value &&
  "data" in value &&
  Array.isArray(value.shape) &&
  ArrayBuffer.isView(value.data);

/** Tensors from a saved tree. It must have the form, shapes and dtypes of `like`; the error names the first place where it does not. */
export function restoreTree<T>(where: string, like: T, saved: unknown): T {
  const found = new Map<string, SavedTensor>();
  const visit = (value: unknown, path: string): void => {
    if (isSaved(value)) found.set(path, value);
    else if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${path}[${i}]`));
    else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
      for (const [key, item] of Object.entries(value)) visit(item, path === "" ? key : `${path}.${key}`);
  };
  visit(saved, "");
  const entries = tree.entries<Tensor>(like);
  const show = (dtype: string, shape: readonly number[]): string => `${dtype}[${shape.join(", ")}]`;
  const restored = entries.map(([path, leaf]) => {
    const value = found.get(path);
    if (value === undefined)
      throw new Error(
        `${where}: the state has no tensor "${path}"; expected ${show(leaf.dtype, leaf.shape)}. It was saved with other network options.`,
      );
    found.delete(path);
    const made = tensor(value.data.slice(), { shape: value.shape });
    if (made.dtype !== leaf.dtype || String(made.shape) !== String(leaf.shape)) {
      throw new Error(
        `${where}: tensor "${path}" of the state is ${show(made.dtype, made.shape)}; expected ${show(leaf.dtype, leaf.shape)}. Create the trainer with the options the state was saved with.`,
      );
    }
    return made;
  });
  const [extra] = found.keys();
  if (extra !== undefined)
    throw new Error(`${where}: the state has a tensor "${extra}" that this trainer has not. It was saved with other network options.`);
  return tree.unflatten(like, restored);
}

/** A trainer's saved state, known to be of this algorithm and version; where it is not, the error says what to do. */
export function expectState<S extends { readonly algorithm: string; readonly version: number }>(
  where: string,
  state: unknown,
  algorithm: S["algorithm"],
  version: S["version"],
): S {
  if (typeof state !== "object" || state === null)
    throw new TypeError(`${where}: got ${state === null ? "null" : typeof state}; expected what state() of a trainer returned.`);
  const got = state as Partial<S>;
  if (got.algorithm !== algorithm)
    throw new Error(
      `${where}: the state is of algorithm ${JSON.stringify(got.algorithm)}; expected "${algorithm}". Restore it with the trainer that made it.`,
    );
  if (got.version !== version)
    throw new Error(
      `${where}: the state has version ${String(got.version)}; expected ${version}. It was written by another release of @rl/${algorithm}.`,
    );
  return state as S;
}
