export type { TimelineChart } from './options.js';
export { type ChartSpec, chart, PALETTE, renderSvg } from './render.js';
export { pipelineSvg } from './timeline/pipeline-svg.js';
export { timelineSvg } from './timeline/timeline-svg.js';
export { ganttChart, utilisationChart } from './timeline-charts.js';
export { frontChart, type PlanPoint, type ScalePoint, scaleChart } from './training-charts.js';
