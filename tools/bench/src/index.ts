export { defineBench, type Bench, type BenchContext, type Row, type Target } from "./bench.ts";
export { heapGrowth, keep, kept, rate, time, timeAsync, timeInterleaved, type TimeOptions, type Timing } from "./time.ts";
export type { PeerReport } from "./peers.ts";
