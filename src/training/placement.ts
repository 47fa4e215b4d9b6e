import { addressOf } from '../topology/address.js';
import { type Dimension, hops } from '../topology/dimension.js';
import { firstGroup, groupNetwork } from './group-network.js';
import { type GroupKind, groupRanks, npuAt } from './layout.js';
import type { Plan } from './plan.js';
import type { Axis } from './plan-spec.js';

const KINDS: readonly GroupKind[] = ['tensor', 'context', 'data', 'expert', 'expert-data'];

/**
 * What a step's times know of where its ranks are: the network that each kind of group spans, and
 * the hops of the messages between stages and round the ring of context-parallel ranks. Plans that
 * differ in their order of axes alone and agree in this take the same time to the ns: on
 * a switch, say, it does not matter whether replicas or stages are neighbours.
 */
export function placementKey(dimensions: readonly Dimension[], plan: Plan): string {
  const groups = KINDS.filter((kind) => groupRanks(plan, kind) > 1);
  if (plan.pipeline > 1) groups.push('embedding');
  const steps = (npus: readonly number[]) =>
    npus.map((npu, i) => ways(dimensions, npu, npus[(i + 1) % npus.length] as number));
  const stages = steps(Array.from({ length: plan.pipeline }, (_, pipeline) => npuAt(plan, { pipeline })));
  return JSON.stringify([
    groups.map((kind) => [kind, groupNetwork(dimensions, firstGroup(plan, kind, 0))]),
    plan.context > 1 ? steps(firstGroup(plan, 'context', 0)) : [],
    // Only chunks go from the last stage back to the first.
    plan.chunks > 1 ? stages : stages.slice(0, -1),
  ]);
}

/** Hops in each dimension, there and back. */
function ways(dimensions: readonly Dimension[], from: number, to: number): number[] {
  const [a, b] = [addressOf(from, dimensions), addressOf(to, dimensions)];
  return dimensions.flatMap((dimension, d) => {
    const apart = (b[d] as number) - (a[d] as number);
    return apart === 0
      ? [0, 0]
      : [apart, -apart].map((one) => hops(dimension, (one + dimension.npus) % dimension.npus));
  });
}

/** Orders of axes that come to the same on a cluster, by the degrees of a plan. */
export class Placements {
  readonly #orders: readonly (readonly Axis[])[];
  readonly #firsts = new Map<string, readonly number[]>();

  constructor(orders: readonly (readonly Axis[])[]) {
    this.#orders = orders;
  }

  /**
   * Per order, the number of the first that places the ranks of a plan alike.
   * @param dimensions - of one kind of cluster, with room for the plan.
   */
  firstAlike(plan: Plan, dimensions: readonly Dimension[]): readonly number[] {
    const { tensor, context, data, pipeline, expert, chunks } = plan;
    const degrees = [tensor, context, data, pipeline, expert, chunks > 1].join(' ');
    let firsts = this.#firsts.get(degrees);
    if (firsts === undefined) {
      const keys = this.#orders.map((order) => placementKey(dimensions, { ...plan, order }));
      firsts = keys.map((key) => keys.indexOf(key));
      this.#firsts.set(degrees, firsts);
    }
    return firsts;
  }
}
