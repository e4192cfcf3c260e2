/** A function that sums `call` over i = 0 … count − 1, with `values` in scope by their names: a loop of its own for each thing measured, so that engines compile
 *  and inline it by itself, as they would in a program that uses only that. */
export function compileLoop(name: string, call: string, count: number, values: Readonly<Record<string, unknown>> = {}): () => number {
  const body = `return function ${name}() { let sum = 0; for (let i = 0; i < ${count}; i++) sum += ${call}; return sum; }`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is this bench's own
  return (new Function(...Object.keys(values), body) as (...args: unknown[]) => () => number)(...Object.values(values));
}
