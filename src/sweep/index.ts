export type { AxisValues, RangeValues, SpecTemplate, SweepDefinition, TuneSection, Watching } from './definition.js';
export type { Point } from './points.js';
export type { PointResult, SweepRow } from './row.js';
export type { Shard } from './shard.js';
export { type Sweep, type SweepCount, type SweepOptions, type SweepProgress, sweep } from './sweep.js';
export type { Evaluator } from './tune/evaluator.js';
export type { Score } from './tune/score.js';
export type { Alternative, Sensitivity } from './tune/sensitivity.js';
export { type TunedPoint, type TuneOptions, type TuneProgress, type TuneResult, tune } from './tune/tune.js';
