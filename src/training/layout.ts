import type { Plan } from './plan.js';
import type { Axis } from './plan-spec.js';

/** Where a rank stands along each axis. */
export type Coordinates = Readonly<Record<Axis, number>>;

/** Who takes part in a collective: the ranks along an axis; `expert-data`: the replicas of an expert; `embedding`: first and last stage. */
export type GroupKind = Exclude<Axis, 'pipeline'> | 'expert' | 'expert-data' | 'embedding';

/** By how much ids grow per step along each axis. */
export function axisStrides(plan: Plan): Record<Axis, number> {
  const strides = { tensor: 1, context: 1, data: 1, pipeline: 1 };
  let stride = 1;
  for (const axis of plan.order) {
    strides[axis] = stride;
    stride *= plan[axis];
  }
  return strides;
}

/** The NPU at given coordinates; axes left out are 0. */
export function npuAt(plan: Plan, at: Partial<Coordinates>): number {
  const strides = axisStrides(plan);
  return plan.order.reduce((npu, axis) => npu + strides[axis] * (at[axis] ?? 0), 0);
}

export function coordinatesOf(plan: Plan, npu: number): Coordinates {
  const strides = axisStrides(plan);
  const digit = (axis: Axis) => Math.floor(npu / strides[axis]) % plan[axis];
  return { tensor: digit('tensor'), context: digit('context'), data: digit('data'), pipeline: digit('pipeline') };
}

/** How many ranks a group has. */
export function groupRanks(plan: Plan, kind: GroupKind): number {
  switch (kind) {
    case 'expert':
      return plan.expert;
    case 'expert-data':
      return (plan.data / plan.expert) * plan.context;
    case 'data':
      return plan.data * plan.context;
    case 'embedding':
      return 2;
    default:
      return plan[kind];
  }
}

/**
 * The members of the group of a rank, in its order. Context-parallel ranks have the same weights:
 * they reduce gradients together with the replicas. Neighbours in `data` share the experts.
 */
export function membersOf(plan: Plan, kind: GroupKind, at: Coordinates): number[] {
  const { data, expert, context, pipeline } = plan;
  const all = (axis: Axis) => Array.from({ length: plan[axis] }, (_, i) => npuAt(plan, { ...at, [axis]: i }));
  const grid = (replicas: readonly number[]) =>
    replicas.flatMap((d) => Array.from({ length: context }, (_, c) => npuAt(plan, { ...at, data: d, context: c })));
  switch (kind) {
    case 'tensor':
    case 'context':
      return all(kind);
    case 'data':
      return grid(Array.from({ length: data }, (_, i) => i)).sort((a, b) => a - b);
    case 'expert':
      return Array.from({ length: expert }, (_, i) => npuAt(plan, { ...at, data: at.data - (at.data % expert) + i }));
    case 'expert-data':
      return grid(Array.from({ length: data / expert }, (_, i) => (at.data % expert) + i * expert)).sort(
        (a, b) => a - b,
      );
    case 'embedding':
      return [npuAt(plan, { ...at, pipeline: 0 }), npuAt(plan, { ...at, pipeline: pipeline - 1 })];
  }
}
