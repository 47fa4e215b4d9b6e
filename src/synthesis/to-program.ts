import { ConfigError } from '../base/errors.js';
import type { StepId } from '../collectives/builder-options.js';
import type { Placement } from '../collectives/cargo.js';
import type { Collective } from '../collectives/collective.js';
import { StepBuilder } from '../collectives/step-builder.js';
import { built, SEND, type StepProgram } from '../collectives/step-program.js';
import { type Blocks, blocksOf } from './blocks.js';
import type { LinkOrder } from './replay.js';
import { runOf, type TransferSchedule } from './schedule.js';

export interface ProgramOptions {
  /** `planned` (default): links keep the order of the schedule. `first-come`: they serve messages as they come. */
  readonly order?: LinkOrder;
  /** Leaves out the links, so that messages take the network's own ways. Default false. */
  readonly ownWays?: boolean;
}

/**
 * A schedule as a program of steps for the simulator: every transfer is a send and a receive, and a
 * reduction where the receiver adds it up. The program says which blocks move, so that `verify` can
 * check it, over which links, and in which order.
 *
 * @throws ConfigError when a transfer waits for one that does not end at its source, or chunks cannot be
 * divided into blocks as the collective wants them.
 */
export function toStepProgram(
  schedule: TransferSchedule,
  npus: number,
  collective: Exclude<Collective, 'alltoallv'>,
  { order = 'planned', ownWays = false }: ProgramOptions = {},
): StepProgram {
  const blocks = blocksOf(schedule, npus, collective);
  const share = blocks.count / npus;
  const ownShare: Placement = { at: 0, perRank: share, perBlock: 1 };
  const steps = new StepBuilder({
    ranks: npus,
    blocks: blocks.count,
    ...(collective === 'all-gather' || collective === 'gather' ? { input: ownShare } : {}),
    ...(collective === 'reduce-scatter' || collective === 'scatter' ? { output: ownShare } : {}),
  });
  const { sends } = addSteps(schedule, steps, npus, blocks);
  const program = built({ ...steps.build(), isSized: true });
  return ownWays ? program : withWays(program, schedule, sends, order);
}

/** Adds the steps of all transfers; returns per transfer its send. */
function addSteps(
  schedule: TransferSchedule,
  steps: StepBuilder,
  npus: number,
  { count: blocks, cellsOf }: Blocks,
): { readonly sends: readonly StepId[] } {
  const { chunk, from, to, bytes, reduces, needs, needsStart } = schedule;
  const sends: StepId[] = [];
  /** Per transfer, the step at its target that brings what it carries into the chunk's cells. */
  const lands: StepId[] = [];
  const scratch = new Array<number>(npus).fill(blocks);
  /** Per NPU and chunk the last reduction, as an NPU adds to a place one contribution at a time. */
  const added = new Int32Array(npus * schedule.chunkSource.length).fill(-1);
  for (let i = 0; i < chunk.length; i++) {
    const [source, target] = [from[i] as number, to[i] as number];
    const after: StepId[] = [];
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (to[need] !== source) {
        const expected = `to wait for transfers that end at NPU ${source}, where it starts`;
        throw new ConfigError([{ path: `transfer ${i}`, expected, got: `transfer ${need}, to NPU ${to[need]}` }]);
      }
      after.push(lands[need] as StepId);
    }
    const run = runOf(schedule, i);
    const cells = cellsOf(chunk[i] as number, run);
    const size = { bytes: bytes[i] as number };
    sends.push(steps.send(source, target, cells, { ...size, after }));
    if (reduces[i] === 0) {
      lands.push(steps.receive(target, source, cells, size));
      continue;
    }
    const start = scratch[target] as number;
    scratch[target] = start + cells.length;
    const received = cells.map((_, c) => start + c);
    const receive = steps.receive(target, source, received, size);
    const place = target * schedule.chunkSource.length + (chunk[i] as number);
    const waits = [receive];
    for (let k = place; k < place + run; k++) {
      const before = added[k] as number;
      if (before >= 0 && !waits.includes(before)) waits.push(before);
    }
    const sum = steps.reduce(target, received, cells, { ...size, after: waits });
    added.fill(sum, place, place + run);
    lands.push(sum);
  }
  return { sends };
}

/** Adds the links of every transfer, and its turns on them. Steps are numbered by rank, in the order in which they were added. */
function withWays(
  program: StepProgram,
  { from, path, pathStart, turn }: TransferSchedule,
  sends: readonly StepId[],
  order: LinkOrder,
): StepProgram {
  const { does, ranks, first } = program;
  const transferOf = new Int32Array(does.length).fill(-1);
  const next = first.slice(0, ranks);
  for (let i = 0; i < sends.length; i++) {
    const rank = from[i] as number;
    let step = next[rank] as number;
    while (does[step] !== SEND) step++;
    transferOf[step] = i;
    next[rank] = step + 1;
  }
  const begin = new Int32Array(does.length + 1);
  const links = new Int32Array(path.length);
  const turns = new Int32Array(path.length);
  let at = 0;
  for (let step = 0; step < does.length; step++) {
    const transfer = transferOf[step] as number;
    if (transfer >= 0) {
      const [start, end] = [pathStart[transfer] as number, pathStart[transfer + 1] as number];
      links.set(path.subarray(start, end), at);
      turns.set(turn.subarray(start, end), at);
      at += end - start;
    }
    begin[step + 1] = at;
  }
  return built({ ...program, route: { first: begin, links }, ...(order === 'planned' ? { order: turns } : {}) });
}
