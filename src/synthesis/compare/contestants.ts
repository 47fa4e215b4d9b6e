import { ConfigError } from '../../base/errors.js';
import type { AlgorithmName } from '../../collectives/algorithms.js';
import { finishOfRanks, timesOfSteps } from '../../collectives/chain.js';
import { entersWithShare } from '../../collectives/collective.js';
import type { Program } from '../../collectives/program.js';
import type { StepProgram } from '../../collectives/step-program.js';
import type { CollectiveResult } from '../../report/result.js';
import { prepare, simulateCollective, simulateProgram } from '../../simulate.js';
import type { CollectiveSpec, MachineSpec } from '../../spec/spec.js';
import { SYNTHESISERS, synthesise } from '../portfolio/portfolio.js';
import { type Findings, mostNpusFor, type Synthesiser } from '../portfolio/synthesiser.js';
import type { SynthesisControls } from '../progress.js';
import { toStepProgram } from '../to-program.js';
import type { ComparedCollective } from './comparison.js';
import type { ComparedNetwork } from './network.js';

/** What all contestants are given. */
export interface Contest {
  readonly machine: MachineSpec;
  readonly collective: ComparedCollective;
  readonly network: ComparedNetwork;
  readonly seed: number;
  readonly budget: number;
  readonly controls: SynthesisControls;
  readonly findings: Findings;
}

/** What an algorithm did at one size, in both network models. */
export interface Performance {
  readonly aware: CollectiveResult;
  readonly unaware: CollectiveResult;
  readonly steps: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly program?: StepProgram;
}

/** One algorithm of the table. */
export interface Contestant {
  readonly name: string;
  readonly origin: 'built-in' | 'synthesised';
  readonly source: string;
  /** NPUs up to which it is tried with a budget; undefined where messages count instead. */
  readonly mostNpus?: (budget: number) => number;
  /** Undefined where it cannot do it. */
  perform(contest: Contest, bytes: number): Performance | undefined;
}

const BUILT_IN: readonly (readonly [AlgorithmName, string])[] = [
  ['ring', 'Patarasuk and Yuan, 2009'],
  ['direct', 'everybody straight to everybody'],
  ['halving-doubling', 'Thakur, Rabenseifner and Gropp, 2005'],
  ['double-binary-tree', 'Sanders, Speck and Traeff, 2009'],
  ['bidirectional-ring', 'the ring, both ways round'],
  ['tree', 'binomial, from or to a root'],
];

/** Chunks that the data are cut into, of which as many are under way. */
const SPLITS = [1, 4, 16];
/** Messages that a run of a built-in algorithm may have, with a budget of 1. */
const MOST_MESSAGES = 400_000;

/** Every algorithm there is; a built-in one and a synthesised one never have the same name. */
export const CONTESTANTS: readonly Contestant[] = [
  ...BUILT_IN.map(([name, source]) => builtIn(name, source)),
  ...SYNTHESISERS.map(synthesised),
];

function builtIn(name: AlgorithmName, source: string): Contestant {
  const perform = (contest: Contest, bytes: number): Performance | undefined => {
    let best: Simulated | undefined;
    for (const splits of SPLITS) {
      const found = simulated(name, splits, contest, bytes);
      if (found !== undefined && (best === undefined || found.aware.timeNs < best.aware.timeNs)) best = found;
    }
    if (best === undefined) return undefined;
    const { spec, ...performance } = best;
    return { ...performance, unaware: simulateCollective({ ...spec, network: 'congestion-unaware' }) };
  };
  return { name, origin: 'built-in', source, perform };
}

type Simulated = Omit<Performance, 'unaware'> & { readonly spec: CollectiveSpec };

function simulated(
  algorithm: AlgorithmName,
  splits: number,
  { machine, collective, network, budget }: Contest,
  bytes: number,
): Simulated | undefined {
  const size = sizeOf(collective, bytes, network.graph.npus);
  const spec = { ...machine, collective, size, algorithms: algorithm, splits, activeChunks: splits } as const;
  try {
    const { job } = prepare({ ...spec, network: 'congestion-aware' });
    const phases = job.chunks[0] ?? [];
    // Trees do a whole all-reduce, whatever they are asked for.
    if (phases.some((phase) => phase.algorithm.definition.alwaysAllReduce && phase.collective !== 'all-reduce'))
      return undefined;
    const programs = phases.flatMap(({ lanes }) => lanes);
    const messages = job.chunks.length * network.graph.npus * programs.reduce((sum, lane) => sum + sendsOf(lane), 0);
    if (messages > MOST_MESSAGES * Math.max(budget, 1)) return undefined;
    const steps = phases.reduce((sum, { lanes }) => sum + Math.max(...lanes.map(stepsOf)), 0);
    return { aware: simulateCollective({ ...spec, network: 'congestion-aware' }), spec, steps, settings: { splits } };
  } catch (error) {
    // More chunks than bytes, ranks that are no power of two.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function synthesised(synthesiser: Synthesiser): Contestant {
  const { name, source } = synthesiser;
  const perform = (contest: Contest, bytes: number): Performance | undefined => {
    const { machine, collective, network, seed, budget, controls, findings } = contest;
    const { graph } = network;
    if (graph.npus < 2 || bytes < graph.npus || graph.npus > mostNpusFor(synthesiser, budget)) return undefined;
    const options = { bytes, seed, effort: budget, ...controls };
    const [found] = synthesise(graph, collective, options, [synthesiser], findings);
    if (found === undefined) return undefined;
    const program = toStepProgram(found.schedule, graph.npus, collective);
    const size = sizeOf(collective, bytes, graph.npus);
    const results = simulateProgram({ ...machine, collective, size, program });
    return { ...results, steps: stepsOf(program), settings: found.settings, program };
  };
  return { name, origin: 'synthesised', source, mostNpus: (budget) => mostNpusFor(synthesiser, budget), perform };
}

/** Of a gather of any kind a spec takes one rank's share; a remainder of a few bytes is not reported, but sent by programs. */
function sizeOf(collective: ComparedCollective, bytes: number, npus: number): number {
  return entersWithShare(collective) ? Math.max(1, Math.floor(bytes / npus)) : bytes;
}

/** Messages in the longest chain of those that wait for one another. */
function stepsOf(program: Program): number {
  if (program.kind === 'token') return Math.ceil(program.sends / program.window);
  const prices = { endpoint: 0, message: () => 1, reduction: () => 0, copy: () => 0 };
  return finishOfRanks(program, timesOfSteps(program, prices)).reduce((most, steps) => Math.max(most, steps), 0);
}

/** Messages that a rank sends, on average. */
function sendsOf(program: Program): number {
  return program.kind === 'token' ? program.sends : program.does.length / program.ranks;
}
