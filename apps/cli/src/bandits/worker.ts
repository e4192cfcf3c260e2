/** A thread that computes and draws figures, one for each name that it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { figures, figureSvg } from "./figures.ts";
import type { DrawingReport, FigureOrder } from "./drawing.ts";

const { tasks, seed } = workerData as FigureOrder;
const port = parentPort!;
const send = (report: DrawingReport): void => port.postMessage(report);

port.on("message", (name: string) => {
  const figure = figures[name]!;
  let told = 0;
  const onProgress = (fraction: number): void => {
    if (fraction - told < 0.01) return;
    told = fraction;
    send({ kind: "progress", name, fraction });
  };
  const sizes = { tasks, seed, onProgress };
  const panels = figure.panels(sizes);
  void figureSvg(figure, panels, sizes).then((svg) => send({ kind: "drawn", name, panels, svg }));
});
