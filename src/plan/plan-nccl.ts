import { ConfigError, show } from '../base/errors.js';
import type { Collective } from '../collectives/collective.js';
import type { NcclWire } from '../collectives/nccl/channel-writer.js';
import { countPatMessages, ncclPatProgram } from '../collectives/nccl/pat-program.js';
import { countRingMessages, ncclRingProgram } from '../collectives/nccl/ring-program.js';
import { countTreeMessages, ncclTreeProgram } from '../collectives/nccl/tree-program.js';
import type { StepProgram } from '../collectives/step-program.js';
import { type NcclChoice, ncclChoose } from '../costs/nccl/choose.js';
import type { NcclMachine } from '../costs/nccl/machine.js';
import { isShared, NCCL_COLLECTIVES, type NcclCollective } from '../costs/nccl/names.js';
import { ncclMachine } from '../costs/nccl/presets.js';
import { ncclMachineFor } from '../costs/nccl/search.js';
import { type NcclTuning, ncclTuning } from '../costs/nccl/tuning.js';
import { everyNpu } from '../topology/logical-dimension.js';
import type { CollectivePlan, NcclPlan } from './job.js';
import type { Machine } from './machine.js';
import { checkMemory } from './memory.js';
import { ncclRings, ncclTrees } from './nccl-layout.js';
import { type NcclNodes, ncclNodes } from './nccl-nodes.js';
import { ncclWire } from './nccl-wire.js';
import { givenPhase } from './phases.js';
import { STEP_BYTES } from './plan-spelled.js';
import type { CollectiveWish } from './wish.js';

/** Algorithms that run as NCCL runs them; `nccl` lets its formula choose. */
export type NcclName = 'nccl' | 'nccl-ring' | 'nccl-tree' | 'nccl-pat';

/** Steps per message: send, receive, latency and occupied port. */
const STEPS_PER_MESSAGE = 5;

/** A slot of the buffer of the Simple protocol: what PAT sends at once. */
const SLOT_BYTES = 524_288;

/** The name if the algorithm is NCCL's. */
export function ncclNameOf({ algorithms }: Pick<CollectiveWish, 'algorithms'>): NcclName | undefined {
  const name = [algorithms].flat().find(({ definition }) => definition.name.startsWith('nccl'))?.definition.name;
  return name as NcclName | undefined;
}

/**
 * Plans a collective as NCCL would run it on a machine: one chunk of one phase, whose program has its own
 * channels and chunks.
 * @throws ConfigError if it cannot run.
 */
export function planNccl(wish: CollectiveWish, machine: Machine, name: NcclName): CollectivePlan {
  const { collective: asked, bytes, groupRanks, nccl: options = {} } = wish;
  if ([wish.algorithms].flat().length > 1) {
    throw new ConfigError([
      { path: 'algorithms', expected: `${name} alone: it runs over all dimensions`, got: 'several' },
    ]);
  }
  if (wish.involvedDimensions?.some((involved) => !involved)) {
    throw new ConfigError([
      { path: 'involvedDimensions', expected: `all dimensions, for ${name}`, got: 'some of them' },
    ]);
  }
  if (machine.genModel !== undefined) {
    const expected = `none with ${name}, whose protocols have their own costs`;
    throw new ConfigError([{ path: 'genModel', expected, got: show(machine.genModel) }]);
  }
  const collective = supported(asked, name);
  if (groupRanks !== undefined && wish.members === undefined) {
    const expected = `groups that are lists of NPUs, or axes of a grid that break off in no dimension and no node, for ${name}`;
    throw new ConfigError([{ path: 'groups', expected, got: 'groups that lie in different ways' }]);
  }
  const nodes = ncclNodes(wish, machine);
  const ranks = groupRanks ?? machine.npus;
  if (ranks < 2) {
    throw new ConfigError([{ path: 'topology', expected: 'at least two NPUs', got: show(ranks) }]);
  }
  const root = wish.root ?? 0;
  if (root >= ranks) {
    throw new ConfigError([{ path: 'root', expected: `a rank from 0 to ${ranks - 1}`, got: show(root) }]);
  }
  const seen = machineSeen(wish, nodes);
  const total = isShared(collective) && collective === 'all-gather' ? bytes * ranks : bytes;
  const choice = choose(ncclTuning(seen), collective, total, name, options.protocol);
  const program = programOf(choice, collective, root, nodes, ncclWire(choice, seen, wish, machine, nodes));
  const all = everyNpu(machine.dimensions);
  const dimension = { ...all, ranks };
  return {
    ...{ collective: asked, bytes, ranks, endpoint: machine.endpoint, warnings: [] },
    chunks: [[givenPhase(name, program, { collective: asked, dimension, bytes })]],
    nccl: reportOf(choice, seen, name),
    isOfGroup: groupRanks !== undefined,
    ...(collective === 'broadcast' || collective === 'reduce' ? { root } : {}),
  };
}

function supported(collective: Collective, name: NcclName): NcclCollective {
  const able: readonly NcclCollective[] =
    name === 'nccl-tree' ? ['all-reduce'] : name === 'nccl-pat' ? ['all-gather', 'reduce-scatter'] : NCCL_COLLECTIVES;
  const found = able.find((one) => one === collective);
  if (found !== undefined) return found;
  const expected = `${name} for ${able.join(', ')}`;
  throw new ConfigError([{ path: 'algorithms', expected, got: `${name} for ${collective}` }]);
}

/** The given machine, or the network as NCCL would see it. */
function machineSeen({ nccl = {} }: CollectiveWish, { members, insideGBps, betweenGBps }: NcclNodes): NcclMachine {
  const shape = { nodes: members.length, gpusPerNode: members[0]?.length ?? 1 };
  const { machine, computeCapability } = nccl;
  if (typeof machine === 'string') return ncclMachine(machine, shape);
  if (machine !== undefined && 'preset' in machine) {
    const { preset, ...changes } = machine;
    return ncclMachine(preset, { ...changes, ...shape });
  }
  if (machine === undefined) {
    const generation = computeCapability === undefined ? {} : { computeCapability };
    return ncclMachineFor({ ...shape, ...generation, insideGBps, betweenGBps });
  }
  if (machine.nodes === shape.nodes && machine.gpusPerNode === shape.gpusPerNode) return machine;
  const expected = `${shape.nodes} nodes of ${shape.gpusPerNode} GPUs, as the ranks are`;
  throw new ConfigError([{ path: 'nccl.machine', expected, got: `${machine.nodes} of ${machine.gpusPerNode}` }]);
}

/** What is simulated: rings, trees and PAT. NVLS is left out of what NCCL compares. */
function choose(
  tuning: NcclTuning,
  collective: NcclCollective,
  bytes: number,
  name: NcclName,
  protocol: string | undefined,
): NcclChoice {
  const algorithms: readonly string[] = name === 'nccl' ? ['ring', 'tree', 'pat'] : [name.slice('nccl-'.length)];
  const able = tuning.candidates[collective].filter((row) => algorithms.includes(row.algorithm));
  if (able.length === 0) {
    const { nodes, gpusPerNode } = tuning.machine;
    const got = `${nodes} of ${gpusPerNode}`;
    throw new ConfigError([{ path: 'algorithms', expected: `several nodes of one GPU each, for ${name}`, got }]);
  }
  const rows = able.filter((row) => protocol === undefined || row.protocol === protocol);
  if (rows.length === 0) {
    throw new ConfigError([{ path: 'nccl.protocol', expected: `one that ${name} can use here`, got: show(protocol) }]);
  }
  const machine = { ...tuning, candidates: { ...tuning.candidates, [collective]: rows } };
  return ncclChoose({ collective, bytes, machine, elementBytes: 1 });
}

function programOf(
  choice: NcclChoice,
  collective: NcclCollective,
  root: number,
  { members }: NcclNodes,
  wire: NcclWire,
): StepProgram {
  const { algorithm } = choice;
  // Where ranks have less than a byte each there is no chunk, and messages are empty.
  const chunkBytes = Math.max(1, choice.chunkBytes);
  const parts = partsOf(choice);
  const check = (messages: number) =>
    checkMemory(messages * STEPS_PER_MESSAGE * STEP_BYTES, 'algorithms', `${messages} messages of nccl-${algorithm}`);
  if (algorithm === 'tree') {
    const request = { trees: ncclTrees(members, parts.length), parts, chunkBytes };
    check(countTreeMessages(request));
    return ncclTreeProgram(request, wire);
  }
  if (algorithm === 'pat' && (collective === 'all-gather' || collective === 'reduce-scatter')) {
    const request = { collective, ranks: wire.ranks, parts, chunkBytes, messageBytes: SLOT_BYTES };
    check(countPatMessages(request));
    return ncclPatProgram(request, wire);
  }
  const request = { collective, rings: ncclRings(members, parts.length), parts, chunkBytes, root };
  check(countRingMessages(request));
  return ncclRingProgram(request, wire);
}

/** Bytes of each channel in use. */
function partsOf({ usedChannels, countFirst, countMiddle, countLast }: NcclChoice): number[] {
  if (usedChannels <= 1) return [countFirst];
  const hasLast = countLast > 0;
  const middle = usedChannels - 1 - (hasLast ? 1 : 0);
  return [countFirst, ...new Array<number>(middle).fill(countMiddle), ...(hasLast ? [countLast] : [])];
}

function reportOf(
  choice: NcclChoice,
  { nodes, gpusPerNode, computeCapability }: NcclMachine,
  name: NcclName,
): NcclPlan {
  const { algorithm, protocol, usedChannels, chunkBytes, timeUs, latencyUs, candidates } = choice;
  const others = candidates.filter((one) => one.algorithm !== algorithm || one.protocol !== protocol);
  const next = others.reduce<(typeof others)[number] | undefined>(
    (best, one) => (best === undefined || one.timeUs < best.timeUs ? one : best),
    undefined,
  );
  const rival =
    next === undefined
      ? 'nothing else to choose'
      : `${next.algorithm} ${next.protocol} would take ${next.timeUs.toFixed(1)} us`;
  const who = name === 'nccl' ? 'the least that NCCL predicts' : `the least that NCCL predicts of a ${algorithm}`;
  return {
    ...{ algorithm: algorithm as NcclPlan['algorithm'], protocol, channels: usedChannels, chunkBytes },
    ...{ nodes, gpusPerNode, computeCapability, predictedUs: timeUs, predictedLatencyUs: latencyUs },
    why: `${algorithm} ${protocol}, ${timeUs.toFixed(1)} us, ${who}; ${rival}`,
    candidates,
  };
}
