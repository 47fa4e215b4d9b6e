import type { Warning } from '../base/warnings.js';
import { factsOf, type Program } from '../collectives/program.js';
import type { TokenProgram } from '../collectives/token-program.js';
import { QueueAllocator } from '../scheduler/queue-allocator.js';
import { windowPerQueue } from '../scheduler/stream-scheduler.js';
import { type Dimension, lineOf } from '../topology/dimension.js';
import type { Machine } from './machine.js';
import type { ActiveDimension, Phase } from './phases.js';
import type { CollectiveWish } from './wish.js';

/** What the rules below see of a plan. */
export interface PlanInView {
  readonly wish: CollectiveWish;
  readonly machine: Machine;
  readonly active: readonly ActiveDimension[];
  readonly chunks: readonly (readonly Phase[])[];
  /** The distinct phases. */
  readonly phases: readonly Phase[];
}

/** Something that a plan may do and its author may not expect, or that no network could do. */
type Rule = (plan: PlanInView) => readonly Warning[];

/** All warnings about a plan. */
export function planWarnings(plan: PlanInView): Warning[] {
  return RULES.flatMap((rule) => rule(plan));
}

const fewerAlgorithms: Rule = ({ wish: { algorithms, groupRanks }, machine: { dimensions }, active }) => {
  const listed = Array.isArray(algorithms) ? algorithms.length : dimensions.length;
  const left = dimensions.length - listed;
  if (left <= 0 || groupRanks !== undefined || active.some(({ algorithm }) => algorithm.flat)) return [];
  const message = `${listed} algorithm(s) for ${dimensions.length} dimensions: the last ${left} take no part`;
  return [{ code: 'fewer-algorithms-than-dimensions', message, data: { algorithms: listed, left } }];
};

const flatNeverPays: Rule = ({ machine: { dimensions, network, routing }, active }) => {
  const flat = active.find(({ algorithm }) => algorithm.flat)?.algorithm;
  const several = dimensions.filter(({ npus }) => npus > 1).length > 1;
  if (flat === undefined || !several || network !== 'congestion-unaware' || routing !== 'first-dimension') return [];
  const message = `${flat.name}: a message is charged only in the lowest dimension in which its ends differ, so neighbours in id order never pay for the slower dimensions`;
  return [{ code: 'flat-never-pays-slow-dimensions', message, data: { algorithm: flat.name } }];
};

const flatIgnoresInvolved: Rule = ({ wish: { involvedDimensions }, active }) => {
  const flat = active.find(({ algorithm }) => algorithm.flat)?.algorithm;
  if (flat === undefined || involvedDimensions?.some((involved) => !involved) !== true) return [];
  const message = `${flat.name}: runs over all NPUs; involvedDimensions affects only the first dimension`;
  return [{ code: 'flat-ignores-involved-dimensions', message, data: { algorithm: flat.name } }];
};

const inflatedBytes: Rule = ({ wish: { bytes }, chunks }) => {
  const simulated = chunks.reduce((sum, [first]) => sum + (first?.bytes ?? 0), 0);
  if (simulated <= bytes) return [];
  const chunkBytes = chunks[0]?.[0]?.bytes ?? 0;
  const message = `${simulated} bytes are simulated instead of ${bytes}: ${chunks.length} chunks of ${chunkBytes} bytes, the last one whole and none smaller than one byte per NPU`;
  return [{ code: 'inflated-bytes', message, data: { simulated, asked: bytes, chunks: chunks.length, chunkBytes } }];
};

const chunksTogether: Rule = ({ machine: { activeChunks, queuesPerDimension, network }, chunks, phases }) => {
  const room = windowPerQueue(activeChunks, queuesPerDimension) * queuesInUse(phases, queuesPerDimension);
  const together = Math.min(chunks.length, room);
  if (network !== 'congestion-unaware' || together <= 1) return [];
  const message = `up to ${together} chunks are under way in a dimension at once, and without contention each has the whole bandwidth: together they can move ${together} times what the wire can`;
  return [{ code: 'more-than-the-wire', message, data: { together } }];
};

const messagesTogether: Rule = ({ machine: { network }, phases }) => {
  if (network !== 'congestion-unaware') return [];
  const byDimension = new Map(phases.map((phase) => [phase.dimension.index, phase])).values();
  return [...byDimension].flatMap(({ dimension, algorithm }): Warning[] => {
    const window = Math.min(algorithm.window ?? dimension.ranks - 1, dimension.ranks - 1);
    const ownLinks =
      dimension.physical.length === 1 && lineOf(dimension.physical[0] as Dimension).cut(1) === dimension.ranks - 1;
    if (!algorithm.definition.windowed || window <= 1 || ownLinks) return [];
    const message = `${algorithm.name} in dimension ${dimension.index} sends ${window} messages at once over links that they share, and without contention each has the whole bandwidth`;
    const data = { algorithm: algorithm.name, dimension: dimension.index, together: window };
    return [{ code: 'more-than-the-wire', message, data }];
  });
};

const zeroByteMessages: Rule = ({ phases }) => {
  const empty = phases.find(({ lanes }) => lanes.some((program) => factsOf(program).smallestMessage === 0));
  if (empty === undefined) return [];
  const message = `${empty.algorithm.name} in dimension ${empty.dimension.index} sends messages of 0 bytes (latency only); the reference aborts here on an assertion`;
  const data = { algorithm: empty.algorithm.name, dimension: empty.dimension.index };
  return [{ code: 'zero-byte-messages', message, data }];
};

const treeIsAllReduce: Rule = ({ phases }) => {
  const tree = phases.find(
    ({ collective, algorithm }) => algorithm.definition.alwaysAllReduce && collective !== 'all-reduce',
  );
  if (tree === undefined) return [];
  const message = `${tree.algorithm.name} in dimension ${tree.dimension.index} does a whole all-reduce where the plan asks for ${tree.collective} only`;
  const data = { algorithm: tree.algorithm.name, dimension: tree.dimension.index, wanted: tree.collective };
  return [{ code: 'tree-is-all-reduce', message, data }];
};

/** A switch stores a whole message before it forwards it: a message that travels alone uses each link half of the time. */
const storeAndForward: Rule = ({ machine: { network, switching, activeChunks }, phases }) => {
  if (network !== 'congestion-aware' || switching === 'cut-through' || activeChunks > 1) return [];
  const halved = phases.find(({ dimension: { physical }, lanes }) => {
    const [one] = physical;
    if (physical.length > 1 || one === undefined) return false;
    const { switches, transparent } = lineOf(one);
    if (switches === 0 || transparent) return false;
    return lanes.some((program) => isAlone(program) && Math.max(...program.bytes) / one.bandwidth > one.latency);
  });
  if (halved === undefined) return [];
  const { algorithm, dimension } = halved;
  const message = `the switch of dimension ${dimension.index} stores each message before it forwards it: with one message at a time, as in ${algorithm.name}, the links idle half of the time`;
  return [
    { code: 'store-and-forward-switch', message, data: { dimension: dimension.index, algorithm: algorithm.name } },
  ];
};

function isAlone(program: Program): program is TokenProgram {
  return program.kind === 'token' && program.window === 1;
}

const RULES: readonly Rule[] = [
  fewerAlgorithms,
  flatNeverPays,
  flatIgnoresInvolved,
  inflatedBytes,
  chunksTogether,
  messagesTogether,
  zeroByteMessages,
  treeIsAllReduce,
  storeAndForward,
];

/** Queues in use in the dimension that uses most: all, or the halves that its phases take. */
function queuesInUse(phases: readonly Phase[], queues: number): number {
  const allocator = new QueueAllocator(queues);
  const used = new Map<number, Set<number>>();
  for (const { dimension, queues: share } of phases) {
    const positions = used.get(dimension.index) ?? new Set();
    used.set(dimension.index, positions);
    for (let i = 0; i < queues; i++) positions.add(allocator.take(share));
  }
  return Math.max(0, ...[...used.values()].map(({ size }) => size));
}
