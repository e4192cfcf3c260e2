/**
 * How many cases of a long sweep a run takes: the smaller number finds the same mutants (tools/bench/results/tests.md), the larger one is for `pnpm test:long`,
 * which CI runs.
 */
export const sample = (cases: number, all: number): number => (process.env["RL_LONG"] === undefined ? cases : all);
