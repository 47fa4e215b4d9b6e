import * as v from 'valibot';
import { ConfigError, type Issue } from '../../base/errors.js';
import { parse, quantity, whole } from '../../base/validate.js';
import type { StepId } from '../../collectives/builder-options.js';
import type { Placement } from '../../collectives/cargo.js';
import type { SymmetricCollective } from '../../collectives/collective.js';
import { StepBuilder } from '../../collectives/step-builder.js';
import type { StepProgram } from '../../collectives/step-program.js';
import { movesOf } from './moves.js';
import type { Transfer } from './plan.js';
import { type CircuitAlgorithm, circuitSteps } from './steps.js';

/** The collective of each algorithm. */
const COLLECTIVE: Readonly<Record<CircuitAlgorithm, SymmetricCollective>> = {
  'reduce-scatter-halving': 'reduce-scatter',
  'all-gather-doubling': 'all-gather',
  'all-reduce-halving-doubling': 'all-reduce',
  'all-reduce-recursive-doubling': 'all-reduce',
  'all-to-all-pairwise': 'all-to-all',
  'all-to-all-bruck': 'all-to-all',
  ring: 'reduce-scatter',
};

const transfers = v.pipe(
  v.array(
    v.looseObject({
      step: whole(0, 4095),
      switch: whole(0, 63),
      bytes: quantity('bytes', { atLeast: 0 }),
      reconfigureNs: v.optional(v.number('ns')),
    }),
    'a list of transfers, as scheduleCircuits makes it',
  ),
  v.minLength(1, 'at least one transfer'),
);

/** Most sends of all ranks together. */
const MOST_SENDS = 2 ** 20;
/** Cuts closer than this are one: sums differ in their last bits. */
const SAME = 1e-9;

/**
 * Turns a schedule of circuits into a step program that can be played on a dimension of circuits and verified
 * like any other: what each rank sends over which switch, and when it changes a circuit ahead of need. A change that
 * the schedule does not mention happens when a message needs it.
 *
 * The bytes are those of the transfers, rounded to whole bytes. With `endpointDelay: 0` and
 * `localMemoryBandwidth: 'unlimited'`, `simulateCollective` gives the time of the
 * schedule, except for the truncation of each message to whole ns.
 *
 * @param schedule of {@link circuitSteps} with the same algorithm and NPUs.
 * @returns the program and its collective.
 * @throws ConfigError
 */
export function circuitProgram(
  algorithm: CircuitAlgorithm,
  npus: number,
  schedule: { readonly transfers: readonly Transfer[] },
): { readonly program: StepProgram; readonly collective: SymmetricCollective } {
  const count = circuitSteps(algorithm, npus, npus).length;
  const given = parse(v.object({ transfers }), schedule).transfers;
  const bySteps = Array.from({ length: count }, (_, step) => given.filter((one) => one.step === step));
  const issues: Issue[] = bySteps.flatMap((own, step) =>
    own.length > 0 ? [] : [{ path: 'transfers', expected: `some of step ${step}`, got: 'none' }],
  );
  const late = given.findIndex(({ step }) => step >= count);
  if (late >= 0) {
    issues.push({ path: `transfers[${late}].step`, expected: `at most ${count - 1}`, got: `${given[late]?.step}` });
  }
  if (npus * given.length > MOST_SENDS) {
    const expected = `at most ${MOST_SENDS} sends in all`;
    issues.push({ path: 'npus', expected, got: `${npus} NPUs with ${given.length} transfers each` });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const collective = COLLECTIVE[algorithm];
  return { program: build(algorithm, npus, bySteps.map(partsOf)), collective };
}

type CheckedTransfer = v.InferOutput<typeof transfers>[number];

/** The data of a step over one switch. */
interface Part {
  readonly switch: number;
  readonly changes: boolean;
  readonly bytes: number;
  /** Where it begins and ends in every block of the step, as shares of the block. */
  readonly from: number;
  readonly to: number;
}

/** Cuts the blocks of a step at the same places, in proportion to bytes. */
function partsOf(own: readonly CheckedTransfer[]): Part[] {
  const all = own.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  return own.map((one, i) => {
    const from = before;
    before += one.bytes;
    return {
      switch: one.switch,
      changes: one.reconfigureNs !== undefined,
      bytes: Math.round(before) - Math.round(from),
      from: all === 0 ? i / own.length : from / all,
      to: i === own.length - 1 ? 1 : all === 0 ? (i + 1) / own.length : before / all,
    };
  });
}

/** All places at which some step cuts blocks; the pieces between them move as a whole. */
function cutsOf(steps: readonly (readonly Part[])[]): number[] {
  const places = steps.flat().flatMap(({ from }) => from);
  const sorted = places.sort((a, b) => a - b).filter((cut, i) => i === 0 || cut - (places[i - 1] as number) > SAME);
  return [...sorted, 1];
}

function build(algorithm: CircuitAlgorithm, npus: number, steps: readonly (readonly Part[])[]): StepProgram {
  const moves = movesOf(algorithm, npus);
  const cuts = cutsOf(steps);
  const pieces = cuts.length - 1;
  const pieceAt = (share: number) => cuts.findIndex((cut) => Math.abs(cut - share) <= SAME);
  const isExchange = COLLECTIVE[algorithm] === 'all-to-all';
  const scratch = npus * pieces * (isExchange ? npus : 1);
  const builder = new StepBuilder({
    ...{ ranks: npus, blocks: npus * pieces, sendsEnd: 'arrived', paysEndpoint: false },
    ...placements(COLLECTIVE[algorithm], npus, pieces),
  });
  const ranks = Array.from({ length: npus }, (_, rank) => rank);
  /** Per rank: what the next step waits for; per rank and switch: the last send. */
  const before: StepId[][] = ranks.map(() => []);
  const lastOn = ranks.map(() => new Map<number, StepId>());
  steps.forEach((parts, step) => {
    const sent: StepId[][] = ranks.map(() => []);
    const received: { readonly id: StepId; readonly cells: readonly number[]; readonly adds: boolean }[][] = ranks.map(
      () => [],
    );
    for (const rank of ranks) {
      const { to, blocks, adds } = moves(step, rank);
      for (const part of parts) {
        const [from, until] = [pieceAt(part.from), pieceAt(part.to)];
        const cells = blocks.flatMap((block) =>
          Array.from({ length: until - from }, (_, i) => block * pieces + from + i),
        );
        const last = lastOn[rank]?.get(part.switch) ?? [];
        const set = part.changes ? [builder.reconfigure(rank, to, { switch: part.switch, after: last })] : [];
        const after = [...(before[rank] as StepId[]), ...set];
        const options = { bytes: part.bytes, channel: part.switch };
        const id = builder.send(rank, to, cells, { ...options, switch: part.switch, after });
        lastOn[rank]?.set(part.switch, id);
        sent[rank]?.push(id);
        const into = adds ? cells.map((cell) => cell + scratch) : cells;
        const receive = builder.receive(to, rank, into, { ...options, after: before[to] as StepId[] });
        received[to]?.push({ id: receive, cells, adds });
      }
    }
    for (const rank of ranks) {
      const own = received[rank] ?? [];
      const over = [...(sent[rank] ?? []), ...own.map(({ id }) => id)];
      before[rank] = own.flatMap(({ id, cells, adds }) => {
        if (!adds) return [id];
        const from = cells.map((cell) => cell + scratch);
        return [builder.reduce(rank, from, cells, { bytes: 0, after: over })];
      });
      before[rank]?.push(...(sent[rank] ?? []));
    }
  });
  return { ...builder.build(), isSized: true };
}

/** Where blocks are at the start and at the end. */
function placements(
  collective: SymmetricCollective,
  npus: number,
  pieces: number,
): { input?: Placement; output?: Placement } {
  const own: Placement = { at: 0, perRank: pieces, perBlock: 1 };
  switch (collective) {
    case 'all-gather':
      return { input: own };
    case 'reduce-scatter':
      return { output: own };
    case 'all-to-all':
      return {
        input: { at: 0, perRank: npus * pieces, perBlock: 1 },
        output: { ...own, rows: { length: pieces, apart: npus * pieces } },
      };
    case 'all-reduce':
      return {};
  }
}
