import { ConfigError, show } from '../base/errors.js';
import { type Cargo, IN_ORDER, type Placement } from '../collectives/cargo.js';
import type { Collective } from '../collectives/collective.js';
import { group } from '../collectives/column.js';
import { built, RECEIVE, REDUCE, SEND, type StepProgram } from '../collectives/step-program.js';
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
  checkTransfers(schedule, npus);
  const blocks = blocksOf(schedule, npus, collective);
  const share = blocks.count / npus;
  const ownShare: Placement = { at: 0, perRank: share, perBlock: 1 };
  const steps = stepsOf(schedule, npus);
  const scatters = collective === 'reduce-scatter' || collective === 'scatter';
  const cargo: Cargo = {
    blocks: blocks.count,
    input: collective === 'all-gather' || collective === 'gather' ? ownShare : IN_ORDER,
    output: scatters ? ownShare : IN_ORDER,
    ...cellsOf(schedule, steps, npus, blocks),
  };
  return built({
    kind: 'steps',
    ranks: npus,
    sendsEnd: 'issued',
    paysEndpoint: true,
    ...columnsOf(schedule, steps),
    ...waitersOf(schedule, steps, npus),
    cargo,
    isSized: true,
    ...(ownWays ? {} : waysOf(schedule, steps, order)),
  });
}

/** Where the steps of transfers are: by rank, those of a rank in the order of transfers. */
interface Steps {
  readonly first: Int32Array;
  /** Per transfer. The receive is followed by the reduction, if there is one. */
  readonly send: Int32Array;
  readonly receive: Int32Array;
  /** Per transfer: the step that brings what it carries to where its target has it. */
  readonly lands: Int32Array;
  /** Per step. */
  readonly transfer: Int32Array;
}

function stepsOf({ from, to, reduces }: TransferSchedule, npus: number): Steps {
  const first = new Int32Array(npus + 1);
  const add = (rank: number, steps: number) => {
    first[rank + 1] = (first[rank + 1] as number) + steps;
  };
  for (let i = 0; i < from.length; i++) {
    add(from[i] as number, 1);
    add(to[i] as number, 1 + (reduces[i] as number));
  }
  for (let rank = 0; rank < npus; rank++) add(rank, first[rank] as number);
  const next = first.slice();
  const take = (rank: number, transfer: number): number => {
    const step = next[rank] as number;
    next[rank] = step + 1;
    steps.transfer[step] = transfer;
    return step;
  };
  const columns = { send: from.slice(), receive: from.slice(), lands: from.slice() };
  const steps = { first, ...columns, transfer: new Int32Array(first[npus] as number) };
  for (let i = 0; i < from.length; i++) {
    steps.send[i] = take(from[i] as number, i);
    const receive = take(to[i] as number, i);
    steps.receive[i] = receive;
    steps.lands[i] = reduces[i] === 1 ? take(to[i] as number, i) : receive;
  }
  return steps;
}

function columnsOf(schedule: TransferSchedule, { first, send, receive, transfer }: Steps) {
  const { from, to, bytes } = schedule;
  const count = transfer.length;
  const does = new Uint8Array(count).fill(REDUCE);
  const peer = new Int32Array(count).fill(-1);
  const meets = new Int32Array(count).fill(-1);
  for (let i = 0; i < send.length; i++) {
    const [sends, receives] = [send[i] as number, receive[i] as number];
    does[sends] = SEND;
    does[receives] = RECEIVE;
    peer[sends] = to[i] as number;
    peer[receives] = from[i] as number;
    meets[sends] = receives;
    meets[receives] = receives;
  }
  const sizes = Float64Array.from(transfer, (i) => bytes[i] as number);
  return { first, does, peer, meets, bytes: sizes, ns: new Float64Array(0), channel: new Int32Array(count) };
}

/** Sends wait for what their transfer needs; reductions for their message, and for the last that added to the same chunks. */
function waitersOf(schedule: TransferSchedule, { send, receive, lands, transfer }: Steps, npus: number) {
  const { chunk, to, reduces, needs: needed, needsStart, chunkSource } = schedule;
  const chunks = chunkSource.length;
  const waiting: number[] = [];
  const awaited: number[] = [];
  const needs = new Int32Array(transfer.length);
  const wait = (step: number, other: number) => {
    waiting.push(step);
    awaited.push(other);
    needs[step] = (needs[step] as number) + 1;
  };
  /** Per NPU and chunk the last reduction, as an NPU adds to a place one contribution at a time. */
  const added = new Int32Array(npus * chunks).fill(-1);
  for (let i = 0; i < chunk.length; i++) {
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      wait(send[i] as number, lands[needed[k] as number] as number);
    }
    if (reduces[i] === 0) continue;
    const sum = lands[i] as number;
    wait(sum, receive[i] as number);
    const place = (to[i] as number) * chunks + (chunk[i] as number);
    const run = runOf(schedule, i);
    const begin = waiting.length;
    for (let k = place; k < place + run; k++) {
      const before = added[k] as number;
      added[k] = sum;
      if (before >= 0 && !awaited.includes(before, begin)) wait(sum, before);
    }
  }
  const { first, values } = group(
    transfer.length,
    waiting.length,
    (i) => awaited[i] as number,
    (i) => waiting[i] as number,
  );
  return { needs, waiters: { first, steps: values } };
}

/** The cells of steps. What is to be added arrives beyond the buffer, every message in cells of its own. */
function cellsOf(schedule: TransferSchedule, steps: Steps, npus: number, { count, first: firstOf, size }: Blocks) {
  const { chunk, from, to, reduces } = schedule;
  const { send, receive, transfer } = steps;
  const sizeOf = new Int32Array(chunk.length);
  for (let i = 0; i < chunk.length; i++) {
    const end = (chunk[i] as number) + runOf(schedule, i);
    for (let c = chunk[i] as number; c < end; c++) sizeOf[i] = (sizeOf[i] as number) + (size[c] as number);
  }
  const first = new Int32Array(transfer.length + 1);
  for (let step = 0; step < transfer.length; step++) {
    const i = transfer[step] as number;
    const isMessage = step === send[i] || step === receive[i];
    first[step + 1] = (first[step] as number) + (isMessage ? 1 : 3) * (sizeOf[i] as number);
  }
  const cells = new Int32Array(first[transfer.length] as number);
  const scratch = new Int32Array(npus).fill(count);
  for (let i = 0; i < from.length; i++) {
    const blocks = sizeOf[i] as number;
    const reduce = reduces[i] === 1 ? (first[(receive[i] as number) + 1] as number) : -1;
    const beyond = scratch[to[i] as number] as number;
    if (reduce >= 0) scratch[to[i] as number] = beyond + blocks;
    let [sent, received] = [first[send[i] as number] as number, first[receive[i] as number] as number];
    let k = 0;
    const end = (chunk[i] as number) + runOf(schedule, i);
    for (let c = chunk[i] as number; c < end; c++) {
      for (let b = 0; b < (size[c] as number); b++, k++) {
        const cell = (firstOf[c] as number) + b;
        cells[sent++] = cell;
        cells[received++] = reduce >= 0 ? beyond + k : cell;
        if (reduce < 0) continue;
        cells[reduce + k] = beyond + k;
        cells[reduce + blocks + k] = cell;
        cells[reduce + 2 * blocks + k] = cell;
      }
    }
  }
  return { first, cells };
}

/** The links of every transfer, and its turns on them. */
function waysOf({ path, pathStart, turn }: TransferSchedule, { send, transfer }: Steps, order: LinkOrder) {
  const first = new Int32Array(transfer.length + 1);
  const links = new Int32Array(path.length);
  const turns = new Int32Array(path.length);
  let at = 0;
  for (let step = 0; step < transfer.length; step++) {
    const i = transfer[step] as number;
    if (step === send[i]) {
      const [start, end] = [pathStart[i] as number, pathStart[i + 1] as number];
      links.set(path.subarray(start, end), at);
      turns.set(turn.subarray(start, end), at);
      at += end - start;
    }
    first[step + 1] = at;
  }
  return { route: { first, links }, ...(order === 'planned' ? { order: turns } : {}) };
}

function checkTransfers({ from, to, bytes, needs, needsStart }: TransferSchedule, npus: number): void {
  const wrong = (i: number, expected: string, got: string) =>
    new ConfigError([{ path: `transfer ${i}`, expected, got }]);
  for (let i = 0; i < from.length; i++) {
    const [source, target, size] = [from[i] as number, to[i] as number, bytes[i] as number];
    if (!(source >= 0 && source < npus && target >= 0 && target < npus)) {
      throw wrong(i, `to go from and to NPUs from 0 to ${npus - 1}`, `from ${source} to ${target}`);
    }
    if (!Number.isSafeInteger(size) || size < 0) throw wrong(i, 'a whole number of bytes', show(size));
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (need < i && to[need] === source) continue;
      const expected = `to wait for earlier transfers that end at NPU ${source}, where it starts`;
      throw wrong(i, expected, `transfer ${need}, to NPU ${to[need]}`);
    }
  }
}
