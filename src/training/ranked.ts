import type { PlanSpace } from './plan-space.js';
import type { Axis, PlanSpec } from './plan-spec.js';

/** A plan of a space, simulated. */
export interface TrainingPoint {
  readonly plan: PlanSpec;
  readonly npus: number;
  readonly stepNs: number;
  readonly tokensPerSecond: number;
  readonly memoryBytes: number;
  readonly modelFlopsUtilisation: number;
  /** Other orders of axes in the space that place the ranks alike on this cluster: not simulated again. */
  readonly alike?: readonly (readonly Axis[])[];
}

/** What a knob is worth: the best time with each of its values. */
export interface KnobWorth {
  readonly knob: string;
  readonly values: readonly { readonly value: string; readonly stepNs: number }[];
}

export interface TunedTraining {
  readonly best: TrainingPoint | undefined;
  /** Points that no other beats in both time and memory, fastest first. */
  readonly front: readonly TrainingPoint[];
  readonly knobs: readonly KnobWorth[];
  /** Points of the space, by what became of them. */
  readonly counts: {
    readonly all: number;
    /** Something does not divide. */
    readonly invalid: number;
    /** Another order of axes places the ranks alike: not simulated again. */
    readonly identical: number;
    /** More memory than an accelerator has: not simulated. */
    readonly tooLarge: number;
    readonly simulated: number;
  };
}

/** Best, front and knobs of points, such as those of several shards. */
export function rank(points: readonly TrainingPoint[], space: PlanSpace): Omit<TunedTraining, 'counts'> {
  const sorted = points.toSorted((a, b) => a.stepNs - b.stepNs || a.memoryBytes - b.memoryBytes);
  const front: TrainingPoint[] = [];
  for (const point of sorted) {
    if (front.every(({ memoryBytes }) => point.memoryBytes < memoryBytes)) front.push(point);
  }
  const named = Object.keys(space).filter((knob) => space[knob as keyof PlanSpec] !== undefined);
  const knobs = (named as (keyof PlanSpec)[]).map((knob): KnobWorth => {
    const best = new Map<string, number>();
    for (const { plan, stepNs, alike = [] } of sorted) {
      for (const value of knob === 'order' ? [plan.order, ...alike] : [plan[knob]]) {
        const text = JSON.stringify(value);
        if (!best.has(text)) best.set(text, stepNs);
      }
    }
    return { knob, values: [...best].map(([value, stepNs]) => ({ value, stepNs })) };
  });
  return { best: sorted[0], front, knobs };
}
