import { ConfigError, type Issue, show } from '../base/errors.js';
import { type Decomposition, NETWORK_MODELS, type NetworkModel } from '../base/words.js';
import type { AlgorithmName } from '../collectives/algorithms.js';
import type { Collective } from '../collectives/collective.js';
import type { StepTerms } from '../collectives/priced-program.js';
import type { NcclProtocol } from '../costs/nccl/names.js';
import type { NcclPreset } from '../costs/nccl/presets.js';
import type { SchedulingPolicy } from '../scheduler/stream-scheduler.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { numeric } from './flags.js';
import type { SizeRange } from './sizes.js';

/** The options of `collective` from commander: text, with defaults filled in. */
export interface CollectiveFlags extends SizeRange {
  readonly collective: string;
  readonly topology?: string;
  /** Models of the network, or files that describe one. */
  readonly network: readonly string[];
  readonly algorithms: string;
  readonly algorithmFile?: string;
  readonly decomposition: string;
  readonly splits: string;
  readonly activeChunks: string;
  readonly queues: string;
  readonly scheduling: string;
  readonly endpointDelay: string;
  readonly localMemoryBandwidth: string;
  readonly involved?: string;
  readonly routing?: string;
  readonly switching?: string;
  readonly interDimensionScheduling?: string;
  readonly intraDimensionScheduling?: string;
  readonly startTimes?: string;
  readonly rankOrder?: string;
  readonly rendezvous?: boolean;
  readonly folding?: string;
  readonly engine?: string;
  readonly linkStatistics?: boolean;
  readonly explain?: boolean;
  readonly perfetto?: string;
  readonly ncclMachine?: string;
  readonly gpusPerNode?: string;
  readonly protocol?: string;
  readonly root?: string;
  readonly weights?: string;
  readonly timeline?: string;
  readonly measured?: string;
  readonly plot?: string;
  readonly costs?: string;
  readonly genModel?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** Flags of spec fields whose names differ from the field's. */
export const FLAGS: Readonly<Record<string, string>> = {
  size: '-b/-e',
  queuesPerDimension: '--queues',
  involvedDimensions: '--involved',
  nccl: '--nccl-machine/--gpus-per-node/--protocol',
};

/** Flags whose text is the value of the field with the same name. */
const NAMES = [
  'routing',
  'switching',
  'interDimensionScheduling',
  'intraDimensionScheduling',
  'folding',
  'engine',
  'rendezvous',
  'linkStatistics',
] as const;

/** A spec without topology and size. Passes names on unchecked, because the library checks them. */
export function specOf(flags: CollectiveFlags): Omit<CollectiveSpec, 'topology' | 'size'> {
  const algorithms = flags.algorithms.split(',').map((name) => name.trim()) as AlgorithmName[];
  const { model } = modelAndFile(flags);
  const names = NAMES.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return {
    collective: flags.collective as Collective,
    algorithms: algorithms.length === 1 ? (algorithms[0] as AlgorithmName) : algorithms,
    decomposition: flags.decomposition as Decomposition,
    splits: numeric(flags.splits) as number,
    activeChunks: numeric(flags.activeChunks) as number,
    queuesPerDimension: numeric(flags.queues) as number,
    scheduling: flags.scheduling as SchedulingPolicy,
    endpointDelay: numeric(flags.endpointDelay),
    localMemoryBandwidth: numeric(flags.localMemoryBandwidth),
    ...(model === undefined ? {} : { network: model }),
    ...Object.fromEntries(names),
    ...ncclOf(flags),
    ...(flags.genModel === undefined ? {} : { genModel: termsOf(flags.genModel) }),
    ...(flags.root === undefined ? {} : { root: numeric(flags.root) as number }),
    ...(flags.involved === undefined ? {} : { involvedDimensions: involvedOf(flags.involved) }),
    ...(flags.startTimes === undefined ? {} : { startTimes: listOf(flags.startTimes) }),
    ...(flags.rankOrder === undefined ? {} : { rankOrder: listOf(flags.rankOrder) as number[] }),
  };
}

function ncclOf({ ncclMachine, gpusPerNode, protocol }: CollectiveFlags): Pick<CollectiveSpec, 'nccl'> {
  const given = {
    ...(ncclMachine === undefined ? {} : { machine: ncclMachine as NcclPreset }),
    ...(gpusPerNode === undefined ? {} : { gpusPerNode: numeric(gpusPerNode) as number }),
    ...(protocol === undefined ? {} : { protocol: protocol as NcclProtocol }),
  };
  return Object.keys(given).length === 0 ? {} : { nccl: given };
}

/** Terms of GenModel as they are written, and their names in a spec. */
const TERMS: Readonly<Record<string, keyof StepTerms>> = {
  gamma: 'gammaUsPerByte',
  delta: 'deltaUsPerByte',
  epsilon: 'epsilonUsPerByte',
  threshold: 'incastThreshold',
};

/** `gamma=2e-6,threshold=4`. */
function termsOf(text: string): StepTerms {
  const terms = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split('=').map((one) => one.trim());
    const term = TERMS[name];
    const number = numeric(value);
    if (term !== undefined && typeof number === 'number') return [term, number] as const;
    const expected = `terms such as gamma=2e-6,threshold=4, of ${Object.keys(TERMS).join(', ')}`;
    throw new ConfigError([{ path: '--gen-model', expected, got: show(part) }]);
  });
  return Object.fromEntries(terms);
}

/** Values with commas between. */
function listOf(text: string): (number | string)[] {
  return text.split(',').map((one) => numeric(one.trim()));
}

/** Parses `--network`: a model, the reference's network file, or (given twice) both. */
export function modelAndFile({ network, topology }: Pick<CollectiveFlags, 'network' | 'topology'>): {
  readonly model?: NetworkModel;
  readonly file?: string;
} {
  const isModel = (value: string): value is NetworkModel => NETWORK_MODELS.some((model) => model === value);
  const [model, ...models] = network.filter(isModel);
  const [file, ...files] = network.filter((value) => !isModel(value));
  const once = (what: string, others: readonly string[]): Issue[] =>
    others.map((other) => ({ path: '--network', expected: `at most one ${what}`, got: show(other) }));
  const both: Issue = { path: '--network', expected: 'no file beside --topology', got: show(file) };
  const issues = [
    ...once('model', models),
    ...once('file', files),
    ...(file !== undefined && topology !== undefined ? [both] : []),
  ];
  if (issues.length > 0) throw new ConfigError(issues);
  return { ...(model === undefined ? {} : { model }), ...(file === undefined ? {} : { file }) };
}

function involvedOf(text: string): boolean[] {
  if (!/^[01](,[01])*$/.test(text)) {
    const expected = '1 or 0 for each dimension, such as 1,0,1';
    throw new ConfigError([{ path: '--involved', expected, got: show(text) }]);
  }
  return text.split(',').map((digit) => digit === '1');
}

/** A topology in one line. */
export function shorthandOf(topology: CollectiveSpec['topology']): string {
  if (typeof topology === 'string') return topology;
  if ('links' in topology) return `graph of ${topology.npus} NPUs and ${topology.links.length} links`;
  return topology
    .map(({ kind, npus, bandwidth, latency }) => {
      const rate = typeof bandwidth === 'number' ? `${bandwidth} GB/s` : bandwidth;
      const time = typeof latency === 'number' ? `${latency} ns` : latency;
      return `${kind}(${npus}, ${rate}, ${time})`;
    })
    .join(' x ');
}
