/** Derivatives of functions over trees of tensors. All of them nest, and work inside and outside compile. */
import { lastCreatorId } from "../creation-order.ts";
import { isFloating } from "../elements.ts";
import { asTensor } from "../functions/form.ts";
import { enableGrad, isGradEnabled } from "../mode.ts";
import { checkFunction, elementFor, shown } from "../ops/common.ts";
import { creatorOf, reachesOutside, sameType, traceOf } from "../tensor/access.ts";
import { pullBack, type Seed } from "../tensor/backward.ts";
import { alias, detach, stopGradient } from "../tensor/custom.ts";
import type { Creator } from "../tensor/stored.ts";
import { Tensor } from "../tensor/tensor.ts";
import { leavesLike } from "../tree-like.ts";
import { entries, leaves, unflatten } from "../tree.ts";

/** A function whose arguments are trees of tensors and other values. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are contravariant: unknown[] would refuse every typed function
export type TensorFunction = (...args: any[]) => unknown;

interface Ends<T> {
  /** The same tree with fresh leaves, from which everything computed is recorded. */
  readonly tree: T;
  readonly list: readonly Tensor[];
}

function freshEnds<T>(name: string, tree: T): Ends<T> {
  const list = entries<unknown>(tree).map(([path, leaf]) => {
    if (!(leaf instanceof Tensor) && typeof leaf !== "number")
      throw new TypeError(
        `${name}: got ${typeof leaf} at "${path || "the argument"}"; expected tensors only; give other values as another argument`,
      );
    const value = asTensor(name, leaf);
    if (!isFloating(value.dtype))
      throw new TypeError(
        `${name}: got dtype ${value.dtype} at "${path || "the argument"}"; expected float32 or float64, which alone have gradients`,
      );
    return alias(value);
  });
  return { tree: unflatten(tree, list), list };
}

function derivatives(seeds: readonly Seed[], ends: readonly Tensor[], after: number, keepGraph: boolean | "auto"): Tensor[] {
  const wanted = new Set(ends.map((end) => creatorOf(end)!));
  const found = pullBack(seeds, (made: Creator) => wanted.has(made), after, keepGraph);
  return ends.map((end) => (found.get(creatorOf(end)!) as Tensor | undefined) ?? end.zerosLike());
}

/** What valueAndGrad returns: the value, its gradient (a tree like the argument's) and whatever else the function gave back. */
export interface ValueAndGrad<G = unknown, A = unknown> {
  readonly value: Tensor;
  readonly gradient: G;
  readonly aux: A;
}

type ArgumentOf<F extends TensorFunction, I> = I extends number ? Parameters<F>[I] : unknown[];
type AuxOf<F extends TensorFunction> = ReturnType<F> extends readonly [Tensor, infer A] ? A : undefined;

/**
 * From f(…) → scalar, or [scalar, aux], a function with the same arguments that gives the value, the gradient with respect to one argument (a tree of
 * tensors; number 0 unless given) or several (a list of numbers gives a list), and aux, which is not differentiated.
 */
export function valueAndGrad<F extends TensorFunction, I extends number | readonly number[] = 0>(
  fn: F,
  argument?: I,
): (...args: Parameters<F>) => ValueAndGrad<ArgumentOf<F, I>, AuxOf<F>> {
  checkFunction("grad", fn);
  const positions: readonly number[] = argument === undefined ? [0] : typeof argument === "number" ? [argument] : argument;
  if (new Set(positions).size < positions.length)
    throw new TypeError(`grad: got argument numbers [${positions.join(", ")}]; expected each once; leave out the second`);
  const one = argument === undefined || typeof argument === "number";
  return (...args) => {
    for (const position of positions)
      if (!(position in args))
        throw new TypeError(
          `grad: got ${args.length} arguments; expected an argument number ${position} to differentiate; pass it, or name another one`,
        );
    const after = lastCreatorId();
    const recording = isGradEnabled();
    return enableGrad(() => {
      const given: unknown[] = [...args];
      const ends = positions.map((position) => {
        const fresh = freshEnds("grad", args[position] as unknown);
        given[position] = fresh.tree;
        return fresh;
      });
      const result = fn(...given);
      const [value, aux] = Array.isArray(result) ? (result as [Tensor, unknown]) : [result as Tensor, undefined];
      if (!(value instanceof Tensor) || value.size !== 1 || value.rank !== 0) {
        throw new TypeError(
          `grad: the function returned ${value instanceof Tensor ? `shape [${value.shape.join(", ")}]` : typeof value}; expected a scalar tensor (or [scalar, aux]); reduce it with .sum() or .mean(), or use vjp`,
        );
      }
      if (!isFloating(value.dtype))
        throw new TypeError(`grad: the function returned dtype ${value.dtype}; expected float32 or float64; convert with .cast("float32")`);
      const all = derivatives(
        [{ output: value, cotangent: value.onesLike() }],
        ends.flatMap((end) => end.list),
        after,
        recording && "auto",
      );
      let next = 0;
      const trees = ends.map((end, i) => unflatten(args[positions[i]!] as unknown, all.slice(next, (next += end.list.length))));
      return {
        value: settle(value, after, recording),
        gradient: one ? trees[0] : trees,
        aux: settleTree(aux, after, recording),
      } as ValueAndGrad<ArgumentOf<F, I>, AuxOf<F>>;
    });
  };
}

/** Forgets history that nobody outside can reach, so that it can be collected; keeps it while an outer differentiation needs it. Inside noGrad none does. */
function settle(value: Tensor, after: number, recording: boolean): Tensor {
  if (!recording) return stopGradient(value);
  const made = creatorOf(value);
  if (!made || traceOf(value) || !value.requiresGrad) return value;
  return reachesOutside(made, after) ? value : detach(value);
}

function settleTree(aux: unknown, after: number, recording: boolean): unknown {
  return aux === undefined
    ? undefined
    : unflatten(
        aux,
        leaves<unknown>(aux).map((leaf) => (leaf instanceof Tensor ? settle(leaf, after, recording) : leaf)),
      );
}

/** The gradient alone; see valueAndGrad. */
export function grad<F extends TensorFunction, I extends number | readonly number[] = 0>(
  fn: F,
  argument?: I,
): (...args: Parameters<F>) => ArgumentOf<F, I> {
  const both = valueAndGrad<F, I>(fn, argument);
  return (...args) => both(...args).gradient;
}

/** The value of f(…args) and the map from a cotangent of it (a tree like the value) to cotangents of all arguments: v ↦ vᵀ·∂f/∂args. */
export function vjp<F extends TensorFunction>(
  fn: F,
  ...args: Parameters<F>
): { value: ReturnType<F>; pullback: (cotangent: ReturnType<F>) => Parameters<F> } {
  checkFunction("vjp", fn);
  const after = lastCreatorId();
  const recording = isGradEnabled();
  return enableGrad(() => {
    const ends = freshEnds<unknown[]>("vjp", args);
    const value = fn(...ends.tree) as ReturnType<F>;
    const outputs = resultsOf("vjp", value);
    const pullback = (cotangent: ReturnType<F>): Parameters<F> => {
      const given = leavesOf("vjp", "cotangent", "the value", value, cotangent);
      const seeds = outputs.map((output, i) => ({ output, cotangent: matching("vjp", given[i]!, output) }));
      const keepGraph = isGradEnabled() && "auto";
      return enableGrad(() => unflatten<unknown[]>(args, derivatives(seeds, ends.list, after, keepGraph)) as Parameters<F>);
    };
    return { value: settleTree(value, after, recording) as ReturnType<F>, pullback };
  });
}

/** What a function returned, as far as it is differentiated. */
function resultsOf(name: string, value: unknown): Tensor[] {
  return entries<unknown>(value).map(([path, leaf]) => {
    if (leaf instanceof Tensor) return leaf;
    throw new TypeError(
      `${name}: the function returned ${shown(leaf)}${path === "" ? "" : ` at "${path}"`}; expected tensors only; return other values by a variable outside`,
    );
  });
}

/** Leaves of a tree in the order of those of the one it belongs to. */
function leavesOf(name: string, what: string, whose: string, form: unknown, tree: unknown): Tensor[] {
  const list = leavesLike(form, tree);
  if (list) return list;
  throw new TypeError(
    `${name}: got a ${what} of ${leaves(tree).length} leaves; expected a tree like ${whose}, which has ${leaves(form).length}; use the same keys and lengths everywhere`,
  );
}

function matching(name: string, given: Tensor | number, like: Tensor): Tensor {
  const cotangent = typeof given === "number" ? elementFor(name, like, given, like.dtype) : given;
  if (!sameType(cotangent, like))
    throw new TypeError(
      `${name}: got ${cotangent.dtype}[${cotangent.shape.join(", ")}]; expected ${like.dtype}[${like.shape.join(", ")}], the type of the value it belongs to; convert with .cast or .reshape`,
    );
  return cotangent;
}

/** The value of f(…args) and its derivative along tangents (one tree per argument): ∂f/∂args · tangents. */
export function jvp<F extends TensorFunction>(
  fn: F,
  args: Parameters<F>,
  tangents: Parameters<F>,
): { value: ReturnType<F>; tangent: ReturnType<F> } {
  checkFunction("jvp", fn);
  // u ↦ uᵀJ is linear in u, so its own gradient along the tangents is J·tangents.
  const after = lastCreatorId();
  const recording = isGradEnabled();
  return enableGrad(() => {
    const ends = freshEnds<unknown[]>("jvp", args);
    const directions = leavesOf("jvp", "list of tangents", "the arguments", args, tangents);
    const value = fn(...ends.tree) as ReturnType<F>;
    const outputs = resultsOf("jvp", value);
    const between = lastCreatorId();
    const cotangents = outputs.map((output) => alias(output.zerosLike()));
    const pulled = derivatives(
      outputs.map((output, i) => ({ output, cotangent: cotangents[i]! })),
      ends.list,
      after,
      true,
    );
    const seeds = pulled.map((output, i) => ({ output, cotangent: matching("jvp", directions[i]!, ends.list[i]!) }));
    const tangent = derivatives(seeds, cotangents, between, recording && "auto");
    const settled = tangent.map((leaf) => settle(leaf, after, recording));
    return { value: settleTree(value, after, recording) as ReturnType<F>, tangent: unflatten(value, settled) };
  });
}

/** Hessian of a scalar function of `params` (and further arguments) times a vector (a tree like params), without ever forming the Hessian. */
export function hvp<P>(fn: (params: P, ...rest: never[]) => Tensor, params: P, vector: P, ...rest: unknown[]): P {
  const slope = grad(fn as TensorFunction);
  const along = (at: P): Tensor => inner(slope(at, ...rest), vector);
  return grad(along as TensorFunction)(params) as P;
}

/** Σ over all leaves of the products of two trees of one form. */
export function inner(a: unknown, b: unknown): Tensor {
  const left = leaves<Tensor>(a);
  const right = leavesLike(a, b);
  if (right === undefined || right.length === 0)
    throw new TypeError(
      `inner: got trees of ${left.length} and ${leaves(b).length} leaves; expected two trees of one form with leaves; build both from the same parameters`,
    );
  return left.map((leaf, i) => leaf.mul(right[i]!).sum()).reduce((a, b) => a.add(b));
}
