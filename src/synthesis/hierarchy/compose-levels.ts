import { MOST_BLOCKS } from '../../collectives/verify/verify.js';
import { EVERY_NPU, emptyColumns, type TransferSchedule, turnsAsListed } from '../schedule.js';
import { share } from '../share.js';
import type { KeyedSchedule } from '../tree-schedule.js';
import type { Hierarchy } from './hierarchies.js';
import type { Level } from './levels.js';
import type { LinePlan, PhaseKind } from './line-plans.js';
import { type Pattern, type Phase, patternOf } from './pattern.js';

/** A part of the data, and the order in which its levels reduce: those of an all-gather come the other way round. */
export interface LevelOrder {
  /** Bytes, a whole number. */
  readonly bytes: number;
  readonly levels: readonly number[];
}

export interface LevelComposition {
  readonly hierarchy: Hierarchy;
  readonly levels: readonly Level[];
  readonly collective: 'all-gather' | 'all-reduce';
  readonly orders: readonly LevelOrder[];
  /** Parts in which each order's data go, one after another. */
  readonly pieces: number;
  /** Whether each cell travels alone, rather than with all that take the same way. */
  readonly single: boolean;
  /** What the lines of a level do; lines of one key the same. */
  readonly planOf: (level: number, line: Level[number], kind: PhaseKind) => LinePlan;
}

/** How finely an NPU's share of a piece may be cut, so that the cuts of all plans are whole cells. */
const MOST_CUTS = 12;
const MOST_CUTS_SINGLE = 2;
/** Cells that a cut may be off. */
const OFF = 0.05;

/**
 * A collective level by level: an all-reduce reduces and scatters over all levels but the last, all-reduces what is
 * left on that, and gathers on the way back; in pieces, of which several are under way on different
 * levels. Undefined where there are fewer bytes than cells, or more cells than can be verified.
 */
export function composeLevels(composition: LevelComposition): KeyedSchedule | undefined {
  const { orders, pieces, hierarchy, collective } = composition;
  const npus = hierarchy.npuAt.length;
  const parts = orders.map(({ levels, bytes }) => {
    const { phases, cells } = phasesOf(composition, levels);
    return { bytes, cells, owners: ownersOf(hierarchy, levels, cells), phases };
  });
  const allCells = parts.reduce((sum, { cells }) => sum + cells * pieces, 0);
  if (allCells * npus > MOST_BLOCKS || parts.some(({ bytes, cells }) => bytes < cells * pieces)) return undefined;
  const patterns = parts.map(({ phases }) => patternOf(phases, npus, composition.single));
  const columns = columnsFor(patterns, pieces);
  const chunkBytes: number[] = [];
  const sources: number[] = [];
  const at = { message: 0, hop: 0, need: 0 };
  for (let piece = 0; piece < pieces; piece++) {
    for (const [k, { bytes, cells, owners, phases }] of parts.entries()) {
      const firstChunk = chunkBytes.length;
      const size = share(bytes, pieces, piece);
      for (let cell = 0; cell < cells; cell++) {
        chunkBytes.push(share(size, cells, cell));
        sources.push(collective === 'all-gather' ? (owners[cell] as number) : EVERY_NPU);
      }
      append(columns, patterns[k] as Pattern, { firstChunk, chunkBytes, age: piece * phases.length }, at);
    }
  }
  const { keys, length, ...rest } = columns;
  const schedule: TransferSchedule = {
    ...rest,
    chunkSource: Int32Array.from(sources),
    chunkTarget: new Int32Array(sources.length).fill(EVERY_NPU),
    turn: turnsAsListed(rest.path),
    runs: { length, chunkBytes: Float64Array.from(chunkBytes) },
  };
  return { schedule, keys };
}

function phasesOf(
  { hierarchy, levels, collective, planOf, single }: LevelComposition,
  order: readonly number[],
): { readonly phases: readonly Phase[]; readonly cells: number } {
  const { sizes, npuAt } = hierarchy;
  const kinds = kindsOf(collective, order.length);
  const plans = kinds.map(([depth, kind]) => {
    const level = order[depth] as number;
    return (levels[level] as Level).map((line) => ({ line, plan: planOf(level, line, kind) }));
  });
  const sharesAt = (depth: number) =>
    order.slice(0, depth).reduce((product, level) => product * (sizes[level] as number), 1);
  const npus = npuAt.length;
  const lengths = kinds.map(([depth, kind]) => npus / sharesAt(kind === 'all-reduce' ? depth : depth + 1));
  const most = single ? MOST_CUTS_SINGLE : MOST_CUTS;
  const cuts = cutsOf(
    plans.map((lines) => lines.map(({ plan }) => plan)),
    lengths,
    most,
  );
  const cells = cuts * npus;
  const placeOf = new Int32Array(npus);
  for (const [place, npu] of npuAt.entries()) placeOf[npu] = place;
  const phases = kinds.map(([depth, kind], k): Phase => {
    const startOf = (npu: number) => startAt(placeOf[npu] as number, hierarchy, order.slice(0, depth), cells);
    return { kind, lines: plans[k] as Phase['lines'], startOf, cells: cells / sharesAt(depth) };
  });
  return { phases, cells };
}

/** Depths in the order of levels, and what is done there. */
function kindsOf(collective: LevelComposition['collective'], levels: number): (readonly [number, PhaseKind])[] {
  const depths = Array.from({ length: levels }, (_, depth) => depth);
  const gathers = depths.toReversed().map((depth) => [depth, 'all-gather'] as const);
  if (collective === 'all-gather') return gathers;
  const scatters = depths.slice(0, -1).map((depth) => [depth, 'reduce-scatter'] as const);
  return [...scatters, [levels - 1, 'all-reduce'], ...gathers.slice(1)];
}

/** The least number of cells of an NPU's share with which the cuts of all plans are whole, or nearly so. */
function cutsOf(plans: readonly (readonly LinePlan[])[], lengths: readonly number[], most: number): number {
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let cuts = 1; cuts <= most; cuts++) {
    let off = 0;
    for (const [k, lines] of plans.entries()) {
      const cells = cuts * (lengths[k] as number);
      for (const plan of new Set(lines)) {
        for (const { end } of plan.cuts) off = Math.max(off, Math.abs(end * cells - Math.round(end * cells)));
      }
    }
    if (off < OFF) return cuts;
    if (off / cuts < least) [best, least] = [cuts, off / cuts];
  }
  return best;
}

/** The first cell of what an NPU keeps after reductions along some levels. */
function startAt(place: number, { sizes }: Hierarchy, order: readonly number[], cells: number): number {
  let start = 0;
  let length = cells;
  for (const level of order) {
    const stride = sizes.slice(0, level).reduce((product, size) => product * size, 1);
    const size = sizes[level] as number;
    length /= size;
    start += length * (Math.floor(place / stride) % size);
  }
  return start;
}

/** The NPU that each cell belongs to. */
function ownersOf(hierarchy: Hierarchy, order: readonly number[], cells: number): Int32Array {
  const { npuAt } = hierarchy;
  const owners = new Int32Array(cells);
  const share = cells / npuAt.length;
  for (const [place, npu] of npuAt.entries()) {
    const start = startAt(place, hierarchy, order, cells);
    owners.fill(npu, start, start + share);
  }
  return owners;
}

function columnsFor(patterns: readonly Pattern[], pieces: number) {
  const sum = (of: (pattern: Pattern) => number) =>
    pieces * patterns.reduce((total, pattern) => total + of(pattern), 0);
  const count = sum(({ from }) => from.length);
  const hops = sum(({ path }) => path.length);
  return {
    ...emptyColumns(
      count,
      hops,
      sum(({ needs }) => needs.length),
    ),
    length: new Int32Array(count),
    keys: new Float64Array(hops),
  };
}

/** Adds the messages of one piece. */
function append(
  columns: ReturnType<typeof columnsFor>,
  pattern: Pattern,
  {
    firstChunk,
    chunkBytes,
    age,
  }: { readonly firstChunk: number; readonly chunkBytes: readonly number[]; readonly age: number },
  at: { message: number; hop: number; need: number },
): void {
  const { message, hop, need } = at;
  const count = pattern.from.length;
  columns.from.set(pattern.from, message);
  columns.to.set(pattern.to, message);
  columns.length.set(pattern.length, message);
  columns.path.set(pattern.path, hop);
  for (let i = 0; i < count; i++) {
    const first = firstChunk + (pattern.first[i] as number);
    columns.chunk[message + i] = first;
    columns.reduces[message + i] = pattern.reduces[i] ? 1 : 0;
    let bytes = 0;
    for (let chunk = first; chunk < first + (pattern.length[i] as number); chunk++)
      bytes += chunkBytes[chunk] as number;
    columns.bytes[message + i] = bytes;
    columns.pathStart[message + i + 1] = hop + (pattern.pathStart[i + 1] as number);
    columns.needsStart[message + i + 1] = need + (pattern.needsStart[i + 1] as number);
  }
  for (let k = 0; k < pattern.needs.length; k++) columns.needs[need + k] = message + (pattern.needs[k] as number);
  for (let k = 0; k < pattern.keys.length; k++) columns.keys[hop + k] = age + (pattern.keys[k] as number);
  at.message += count;
  at.hop += pattern.path.length;
  at.need += pattern.needs.length;
}
