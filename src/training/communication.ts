import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import { simulateCollective } from '../simulate.js';
import { addressOf } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { pathDelay } from '../topology/path-delay.js';
import { FittedCollectives } from '../workload/fitted-collectives.js';
import { collectiveOn } from './group-algorithms.js';
import { firstGroup, type GroupNetwork, groupNetwork } from './group-network.js';
import { type GroupKind, npuAt } from './layout.js';
import type { Plan } from './plan.js';
import type { GroupCollective } from './traffic.js';

/** What the machine charges beside its links. */
export interface Endpoints {
  /** ns. */
  readonly endpointDelay: number;
  /** Of reductions: bytes per ns. */
  readonly memoryBandwidth: number;
  /** Chunks that each collective is cut into. */
  readonly splits: number;
  /** Curves of measured collectives, which take the place of simulated ones. */
  readonly costs?: Calibration | undefined;
}

/**
 * How long communication takes between NPUs that do the same at the same time. Each collective
 * is simulated once, on the network that its group spans: no two messages slow each other there,
 * so it lasts as long whenever it begins, and in every group that looks the same.
 */
export class Communication {
  /** Kinds of groups that are no grids of the network. */
  readonly irregular = new Set<GroupKind>();
  readonly #dimensions: readonly Dimension[];
  readonly #plan: Plan;
  readonly #endpoints: Endpoints;
  readonly #fitted: FittedCollectives | undefined;
  readonly #networks = new Map<GroupKind, GroupNetwork>();
  readonly #known = new Map<string, number>();
  readonly #exchanges = new Map<number, number>();
  readonly #messages = new Map<number, { readonly bytes: number; readonly ns: number }>();

  constructor(dimensions: readonly Dimension[], plan: Plan, endpoints: Endpoints) {
    this.#dimensions = dimensions;
    this.#plan = plan;
    this.#endpoints = endpoints;
    const { costs } = endpoints;
    this.#fitted = costs && new FittedCollectives(costs, { dimensions, graph: undefined });
  }

  /** Curves that took the place of simulations, and collectives that have none. */
  get warnings(): readonly Warning[] {
    return [...(this.#fitted?.curveWarnings() ?? []), ...(this.#fitted?.simulatedWarnings() ?? [])];
  }

  /** Collectives that were simulated. */
  get simulated(): number {
    return this.#known.size;
  }

  /** From its first member's start to its end, ns, when all start together. */
  collectiveNs({ group, collective, bytes }: GroupCollective): number {
    if (bytes === 0) return 0;
    const key = `${group} ${collective} ${bytes}`;
    let ns = this.#known.get(key);
    if (ns === undefined) {
      ns =
        this.#fittedNs({ group, collective, bytes }) ??
        simulateCollective({ ...this.#machineOf(group, collective), collective, size: bytes }).timeNs;
      this.#known.set(key, ns);
    }
    return ns;
  }

  /** Whether a measured curve says how long it takes. */
  isFitted(one: GroupCollective): boolean {
    return this.#fittedNs(one) !== undefined;
  }

  /** When the members of a group end a collective that they begin at times of their own, ns, by rank. */
  endsNs({ group, collective, bytes }: GroupCollective, startTimes: readonly number[]): readonly number[] {
    const fittedNs = this.#fittedNs({ group, collective, bytes });
    if (fittedNs !== undefined) return startTimes.map(() => Math.max(...startTimes) + fittedNs);
    const machine = this.#machineOf(group, collective);
    const first = Math.min(...startTimes);
    const late = startTimes.map((ns) => ns - first);
    const { timeNs, finishNsByNpu } = simulateCollective({ ...machine, collective, size: bytes, startTimes: late });
    return startTimes.map((_, rank) => first + (finishNsByNpu?.[rank] ?? timeNs));
  }

  #fittedNs({ group, collective, bytes }: GroupCollective): number | undefined {
    if (this.#fitted === undefined) return undefined;
    const members = firstGroup(this.#plan, group, 0);
    const ranks = members.length;
    const all = ranks === this.#plan.npus;
    return this.#fitted.of({ collective, ranks, bytes, members: all ? undefined : members })?.timeNs;
  }

  /** A message between the same ranks of two stages, ns. */
  messageNs(from: number, to: number, bytes: number): number {
    const way = from * this.#plan.pipeline + to;
    let known = this.#messages.get(way);
    if (known === undefined || known.bytes !== bytes) {
      const [a, b] = [npuAt(this.#plan, { pipeline: from }), npuAt(this.#plan, { pipeline: to })];
      known = { bytes, ns: pathDelay(this.#dimensions, a, b, bytes) };
      this.#messages.set(way, known);
    }
    return known.ns;
  }

  /** A message from every context-parallel rank to the next, ns: that of the farthest. */
  exchangeNs(bytes: number): number {
    let ns = this.#exchanges.get(bytes);
    if (ns === undefined) {
      const ring = firstGroup(this.#plan, 'context', 0);
      const delays = ring.map((npu, i) =>
        pathDelay(this.#dimensions, npu, ring[(i + 1) % ring.length] as number, bytes),
      );
      ns = Math.max(...delays);
      this.#exchanges.set(bytes, ns);
    }
    return ns;
  }

  /** Numbers of the dimensions that a group's messages cross. */
  dimensionsOf(group: GroupKind): readonly number[] {
    return this.#networkOf(group).spans;
  }

  /** Numbers of the dimensions that a message between two stages crosses. */
  crossed(from: number, to: number): readonly number[] {
    const [a, b] = [from, to].map((pipeline) => addressOf(npuAt(this.#plan, { pipeline }), this.#dimensions));
    return [...this.#dimensions.keys()].filter((d) => a?.[d] !== b?.[d]);
  }

  #machineOf(group: GroupKind, collective: Collective) {
    const { splits, endpointDelay, memoryBandwidth } = this.#endpoints;
    const { dimensions, hops } = this.#networkOf(group);
    return {
      topology: hops ?? dimensions,
      ...collectiveOn(dimensions, collective),
      splits,
      endpointDelay,
      localMemoryBandwidth: memoryBandwidth,
    };
  }

  #networkOf(group: GroupKind): GroupNetwork {
    let network = this.#networks.get(group);
    if (network === undefined) {
      network = groupNetwork(this.#dimensions, firstGroup(this.#plan, group, 0));
      if (!network.isGrid) this.irregular.add(group);
      this.#networks.set(group, network);
    }
    return network;
  }
}
