export { type AnimationOptions, animation } from './animation.ts';
export { type BarChartOptions, type BarGroup, barChart } from './bar-chart.ts';
export { type ConfusionChartOptions, confusionChart } from './confusion-chart.ts';
export { type DecisionBoundaryOptions, decisionBoundary } from './decision-boundary.ts';
export { Drawing, Figure } from './figure.ts';
export { type HeatmapOptions, heatmap } from './heatmap.ts';
export { type HistogramOptions, histogram } from './histogram.ts';
export { type ImageBox, type ImageGridOptions, imageGrid } from './image-grid.ts';
export { type LineChartOptions, lineChart, type Series } from './line-chart.ts';
export {
  type LiveTraining,
  type LiveTrainingOptions,
  liveTraining,
  type ShowBundle,
} from './live-training.ts';
export { type DrawableLayer, type NetworkDiagramOptions, networkDiagram } from './network-diagram.ts';
export { type ColourMapName, PALETTE } from './palette.ts';
export { type PanelsOptions, panels } from './panels.ts';
export { type PointGroup, type ScatterChartOptions, scatterChart } from './scatter-chart.ts';
export { type SurfaceChartOptions, surfaceChart } from './surface-chart.ts';
export { type TrainingCurvesOptions, trainingCurves } from './training-curves.ts';
export type { ChartOptions } from './types.ts';
