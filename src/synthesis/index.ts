export { COMPARED_ALGORITHMS, type CompareOptions, compare } from './compare/compare.js';
export type { ComparedAlgorithm, Comparison, Crossover, Winner } from './compare/comparison.js';
export { type PortfolioEntry, type PortfolioOptions, synthesise } from './portfolio/portfolio.js';
export type { FoundSchedule, Synthesiser, SynthesisWork } from './portfolio/synthesiser.js';
export type { SynthesisControls } from './progress.js';
export { type LinkOrder, type Replay, type ReplayOptions, replay } from './replay.js';
export type { TransferSchedule, TransferTimes } from './schedule.js';
export { checkSchedule, type ScheduledCollective } from './schedule-check.js';
export { type ProgramOptions, toStepProgram } from './to-program.js';
