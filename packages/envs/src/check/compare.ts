/** Whether two values are the same to the bit: numbers by Object.is, arrays and records element by element. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || a.constructor !== b.constructor) return false;
  if (ArrayBuffer.isView(a)) {
    const x = a as Float32Array;
    const y = b as Float32Array;
    return x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** A copy that shares nothing with the original. */
export function copy<T>(value: T): T {
  return copied(value, []) as T;
}

/** Arrays and plain records; what holds itself ends there, and objects of classes stay the same ones. */
function copied(value: unknown, around: readonly object[]): unknown {
  if (typeof value !== "object" || value === null || around.includes(value)) return around.includes(value as object) ? undefined : value;
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  const inside = [...around, value];
  if (Array.isArray(value)) return value.map((part) => copied(part, inside));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part, inside)]));
}

/** What plain JSON would lose or change in `value`, as a path and a description, or undefined. */
export function notJson(value: unknown, path = "state()"): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? undefined
      : `${path} is ${Object.is(value, -0) ? "-0" : value}, which JSON changes`;
  if (Array.isArray(value)) {
    for (const [i, v] of value.entries()) {
      const wrong = notJson(v, `${path}[${i}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (typeof value !== "object") return `${path} is ${typeof value}, which JSON drops`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return `${path} is a ${value.constructor.name}, which JSON turns into something else`;
  for (const [key, v] of Object.entries(value)) {
    const wrong = notJson(v, `${path}.${key}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
