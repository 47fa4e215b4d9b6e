import type { PlanSpace } from './plan-space.js';
import type { PlanSpec } from './plan-spec.js';

/** How many combinations a space has. */
export function spaceSize(space: PlanSpace): number {
  return knobsOf(space).reduce((product, [, values]) => product * values.length, 1);
}

function knobsOf(space: PlanSpace): [keyof PlanSpec, readonly unknown[]][] {
  return Object.entries(space).filter(([, values]) => values !== undefined) as [keyof PlanSpec, unknown[]][];
}

/** Combinations of a space, in order, the last knob varying fastest; or every so many of them. */
export function* plansOf(plan: PlanSpec, space: PlanSpace, shard = { index: 0, of: 1 }): Generator<PlanSpec> {
  const knobs = knobsOf(space);
  const total = spaceSize(space);
  for (let point = shard.index; point < total; point += shard.of) {
    let rest = point;
    const chosen: Record<string, unknown> = {};
    for (const [knob, values] of knobs.toReversed()) {
      chosen[knob] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield { ...plan, ...chosen };
  }
}
