import { strides } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import { Groups } from '../workload/groups.js';
import type { GroupAxis } from '../workload/relative.js';
import type { WorkGraph } from '../workload/work-graph.js';
import { type ExpandedStep, graphOf, type Naming } from './expand-step.js';
import { axisStrides, coordinatesOf, type GroupKind, membersOf, npuAt } from './layout.js';
import type { PartsOf } from './parts.js';
import type { Plan } from './plan.js';
import type { TrainingStep } from './step.js';

/**
 * A step as a graph for every stage, which all its NPUs share: peers are so many steps away along
 * an axis, groups lie along axes. Undefined where groups of a kind do not lie alike in the network.
 */
export function sharedStep(
  step: TrainingStep,
  dimensions: readonly Dimension[],
  parts: PartsOf,
): ExpandedStep | undefined {
  const { plan, stages } = step;
  const groups: Record<string, GroupAxis[]> = {};
  const graphs: WorkGraph[] = [];
  let isShared = true;
  for (let stage = 0; stage < stages.length; stage++) {
    const first = npuAt(plan, { pipeline: stage });
    const naming: Naming = {
      peer: (axis, steps) => ({ peer: { stride: axisStrides(plan)[axis], size: plan[axis], step: steps } }),
      parts: (one) => {
        const { chunks, phases } = parts(one, membersOf(plan, one.group, coordinatesOf(plan, first)), first);
        const named = phases.map(({ members, ...part }) => {
          const { dimension } = part;
          const name = dimension === undefined ? one.group : `${one.group} ${dimension}`;
          if (groups[name] === undefined) {
            const axes = axesOf(plan, one.group, dimensions, dimension);
            groups[name] = axes ?? [];
            const found = axes && new Groups({ [name]: axes }, plan.npus).of(name, first)?.members;
            isShared &&= String(found) === String(members);
          }
          return { ...part, name };
        });
        return { chunks, phases: named };
      },
    };
    graphs.push(graphOf(step, stage, naming));
    if (!isShared) return undefined;
  }
  const of = (npu: number) => graphs[coordinatesOf(plan, npu).pipeline] as WorkGraph;
  return { graphs: Array.from({ length: plan.npus }, (_, npu) => of(npu)), groups };
}

/**
 * The axes of a kind of groups, or of its lines along a dimension of the network, in ascending
 * order; undefined where an axis breaks off in the middle of a dimension.
 */
function axesOf(
  plan: Plan,
  kind: GroupKind,
  dimensions: readonly Dimension[],
  dimension: number | undefined,
): GroupAxis[] | undefined {
  const apart = strides(dimensions);
  const axes = axesOfKind(plan, kind).filter(({ size }) => size > 1);
  const edges = [...apart, plan.npus];
  const isWhole = axes.every(({ stride, size }) =>
    edges.every(
      (edge) =>
        stride % edge === 0 || (edge % stride === 0 && (stride * size) % edge === 0) || edge % (stride * size) === 0,
    ),
  );
  if (!isWhole) return undefined;
  const ascending = axes.sort((a, b) => a.stride - b.stride);
  if (dimension === undefined) return ascending;
  const [low, high] = [edges[dimension] as number, edges[dimension + 1] as number];
  return ascending.flatMap(({ stride, size }) => {
    const begin = Math.max(low, stride);
    const end = Math.min(high, stride * size);
    return begin < end ? [{ stride: begin, size: end / begin }] : [];
  });
}

function axesOfKind(plan: Plan, kind: GroupKind): GroupAxis[] {
  const apart = axisStrides(plan);
  const along = (axis: 'tensor' | 'context' | 'data') => ({ stride: apart[axis], size: plan[axis] });
  switch (kind) {
    case 'tensor':
    case 'context':
      return [along(kind)];
    case 'data':
      return [along('data'), along('context')];
    case 'expert':
      return [{ stride: apart.data, size: plan.expert }];
    case 'expert-data':
      return [{ stride: apart.data * plan.expert, size: plan.data / plan.expert }, along('context')];
    case 'embedding':
      return [{ stride: apart.pipeline, size: plan.pipeline, only: [0, plan.pipeline - 1] }];
  }
}
