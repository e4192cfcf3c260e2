/** Where items of a stream come out of shuffle buffers of several sizes. */
import { palette, render } from "./chart.ts";

export interface TravelPanel {
  readonly title: string;
  /** Places in the source, and quantiles of the place in the output: 5 %, 50 %, 95 %. */
  readonly rows: readonly { readonly x: number; readonly low: number; readonly mid: number; readonly high: number }[];
  /** Items in the stream: both axes go from 0 to it. */
  readonly length: number;
}

/** One panel per buffer size, two in a row. Returns SVG text. */
export async function travelChart(panels: readonly TravelPanel[]): Promise<string> {
  const spec = panels.map(({ title, rows, length }) => {
    const x = { field: "x", type: "quantitative", title: "place in the source", scale: { domain: [0, length] } };
    const y = { type: "quantitative", title: "place in the output", scale: { domain: [0, length] } };
    return {
      title,
      width: 280,
      height: 280,
      data: { values: rows },
      layer: [
        { mark: { type: "area", color: palette[0], opacity: 0.25 }, encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } } },
        { mark: { type: "line", color: palette[0], strokeWidth: 1.8 }, encoding: { x, y: { ...y, field: "mid" } } },
      ],
    };
  });
  return render({ columns: 2, concat: spec });
}
