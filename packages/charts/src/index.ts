export { type ChartOptions, lineChart, lineCharts, render, type Series, violinChart } from "./chart.ts";
export { convergenceChart, type ConvergencePair, pathChart, type PathPanel } from "./path-chart.ts";
export { travelChart, type TravelPanel } from "./shuffle-chart.ts";
