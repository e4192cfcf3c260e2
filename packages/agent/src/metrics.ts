/** Metrics that several algorithms share, and what each means. */

export interface MetricInfo {
  readonly meaning: string;
  readonly healthy: string;
}
