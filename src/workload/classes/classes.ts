import type { NpuClasses } from '../../engine/folding.js';
import type { LogicalDimension } from '../../topology/logical-dimension.js';
import type { Network } from '../../topology/network.js';
import type { Group } from '../groups.js';
import type { PlannedWorkload } from '../plan-workload.js';
import { Charges } from './charges.js';
import { type Circle, groupCircles, lineCircles } from './circles.js';
import { classPaths } from './class-paths.js';
import { Crossings } from './crossings.js';
import { Numbering } from './numbering.js';
import { Peers } from './peers.js';
import { lcm, periodOf } from './periods.js';

/** Groups that are alike: their members, rank by rank, are of the same classes. */
export interface GroupClass {
  /** All of them, in order. */
  readonly groups: readonly Group[];
  /** After how many ranks the classes of the members repeat. */
  readonly period: number;
  /** Per rank of a period: which of its member's circles it is. */
  readonly slots: readonly number[];
}

/** NPUs and groups that are alike. */
export interface Classes {
  readonly npus: NpuClasses;
  readonly peers: Peers;
  readonly groups: ReadonlyMap<Group, GroupClass>;
  /** Physical dimensions along which some line joins NPUs of several classes. */
  readonly mixed: ReadonlySet<number>;
}

/**
 * Partitions NPUs into classes whose members do the same at the same time, as far as the order
 * within a tick lets them: the coarsest partition in which members have graphs of one shape,
 * their peers at each place of the graph are of one class, know them at the same place and are
 * as far away, and their groups are alike. Found by refining colours until no more part.
 *
 * Groups are alike when their members lie alike and are of the same colours, rank by rank. If
 * the colours repeat after p ranks, and so do the charges of all messages, a turn by p ranks
 * changes nothing: ranks that are p apart do the same.
 *
 * @param network - where links have queues: members of a class then also cross the links of one
 * class each, whose links are all crossed alike. Undefined where that cannot be.
 */
export function classesOf(workload: PlannedWorkload): Classes;
export function classesOf(workload: PlannedWorkload, network: Network): Classes | undefined;
export function classesOf(workload: PlannedWorkload, network?: Network): Classes | undefined {
  const { machine, graphs, plans } = workload;
  const { npus } = machine;
  const charges = new Charges(machine);
  const slots = graphs.reduce((most, { shape }) => Math.max(most, shape.groups.length), 0);
  const ofAll = plans.filter(({ isOfGroup }) => !isOfGroup);
  const circles = [...groupCircles(workload, charges), ...lineCircles(workload, ofAll, slots)];
  const seats = new Seats(circles);
  const peers = new Peers(graphs, charges);
  const crossings = network && Crossings.of(network, graphs, circles, (npu, peer) => peers.place(npu, peer) >= 0);
  if (network !== undefined && crossings === undefined) return undefined;
  const apart = seats.slots + 1;
  const periods = new Int32Array(circles.length);
  const colourOf = new Int32Array(circles.length);
  let { colours, count } = renumbered(Int32Array.from(graphs, ({ shape }) => shape.id));
  for (;;) {
    const numbering = new Numbering();
    const positions: number[][] = [];
    for (const [index, { members, kind, period: least, slots: slotOf }] of circles.entries()) {
      const tokens = members.map((member, rank) => (colours[member] as number) * apart + (slotOf[rank] as number) + 1);
      const period = lcm(least, periodOf(tokens));
      const colour = numbering.ofList([kind < 0 ? 0 : 1, Math.abs(kind), members.length, ...tokens.slice(0, period)]);
      periods[index] = period;
      colourOf[index] = colour;
      positions.push(Array.from({ length: period }, (_, rank) => numbering.of(colour, rank)));
    }
    const refining = new Numbering();
    const refined = Int32Array.from(colours, (colour) => refining.ofList([colour]));
    seats.forEach((npu, circle, rank) => {
      const position = (positions[circle] as number[])[rank % (periods[circle] as number)] as number;
      refined[npu] = refining.of(refined[npu] as number, position);
    });
    peers.forEach((npu, peer, tie) => {
      refined[npu] = refining.of(refining.of(refined[npu] as number, tie), colours[peer] as number);
    });
    if (crossings !== undefined) {
      const linkColours = crossings.linkColours(colours);
      crossings.forEachHop((npu, link, name) => {
        refined[npu] = refining.of(refining.of(refined[npu] as number, name), linkColours[link] as number);
      });
    }
    const before = count;
    ({ colours, count } = renumbered(refined));
    if (count === before) break;
  }
  const first = new Int32Array(count).fill(npus);
  for (let npu = npus - 1; npu >= 0; npu--) first[colours[npu] as number] = npu;
  const alike = circlesAlike(circles, colourOf, periods);
  if (crossings === undefined) return { npus: { of: colours, first }, peers, ...alike };
  const paths = classPaths(crossings, colours, count, lineSlots(circles));
  return paths && { npus: { of: colours, first, paths }, peers, ...alike };
}

/** The slots of lines, by the dimension that they go along. */
function lineSlots(circles: readonly Circle[]): (dimension: LogicalDimension) => number {
  const key = (first: number, isFlat: boolean) => 2 * first + (isFlat ? 1 : 0);
  const slots = new Map<number, number>();
  for (const { dimension, isFlat, slots: own } of circles) {
    if (dimension !== undefined) slots.set(key(dimension, isFlat), own[0] as number);
  }
  return ({ first, physical }) => slots.get(key(first, physical.length > 1)) as number;
}

/** Who sits where: the members of all circles, in order of their slots. */
class Seats {
  readonly slots: number;
  private readonly npus: Int32Array;
  private readonly circles: Int32Array;
  private readonly ranks: Int32Array;

  constructor(circles: readonly Circle[]) {
    const bySlot: number[] = [0];
    for (const { slots } of circles) for (const slot of slots) bySlot[slot + 2] = (bySlot[slot + 2] ?? 0) + 1;
    this.slots = Math.max(0, bySlot.length - 2);
    for (let slot = 1; slot < bySlot.length; slot++) bySlot[slot] = (bySlot[slot] ?? 0) + (bySlot[slot - 1] as number);
    const length = bySlot.at(-1) as number;
    [this.npus, this.circles, this.ranks] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
    for (const [circle, { members, slots }] of circles.entries()) {
      for (let rank = 0; rank < members.length; rank++) {
        const slot = (slots[rank] as number) + 1;
        const seat = bySlot[slot] as number;
        bySlot[slot] = seat + 1;
        this.npus[seat] = members[rank] as number;
        this.circles[seat] = slot === 0 ? -1 : circle;
        this.ranks[seat] = rank;
      }
    }
  }

  forEach(visit: (npu: number, circle: number, rank: number) => void): void {
    for (let seat = 0; seat < this.npus.length; seat++) {
      // One who takes no part is none of the circle.
      const circle = this.circles[seat] as number;
      if (circle >= 0) visit(this.npus[seat] as number, circle, this.ranks[seat] as number);
    }
  }
}

/** Colours numbered in the order in which they first come. */
function renumbered(colours: Int32Array): { colours: Int32Array<ArrayBuffer>; count: number } {
  const known = new Map<number, number>();
  const numbers = Int32Array.from(colours, (colour) => {
    const number = known.get(colour) ?? known.size;
    if (number === known.size) known.set(colour, number);
    return number;
  });
  return { colours: numbers, count: known.size };
}

function circlesAlike(
  circles: readonly Circle[],
  colours: Int32Array,
  periods: Int32Array,
): Pick<Classes, 'groups' | 'mixed'> {
  const alike = new Map<number, { groups: Group[]; period: number; slots: readonly number[] }>();
  const groups = new Map<Group, GroupClass>();
  const mixed = new Set<number>();
  for (const [index, { group, dimension, slots }] of circles.entries()) {
    const period = periods[index] as number;
    if (dimension !== undefined && period > 1) mixed.add(dimension);
    if (group === undefined) continue;
    const colour = colours[index] as number;
    const known = alike.get(colour) ?? { groups: [], period, slots: slots.slice(0, period) };
    alike.set(colour, known);
    known.groups.push(group);
    groups.set(group, known);
  }
  return { groups, mixed };
}
