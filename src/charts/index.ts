export { type ChartSpec, chart, PALETTE, renderSvg } from './render.js';
export { timelineSvg } from './timeline/timeline-svg.js';
export { ganttChart, type TimelineChart, utilisationChart } from './timeline-charts.js';
export { frontChart, type PlanPoint, pipelineChart, type ScalePoint, scaleChart } from './training-charts.js';
