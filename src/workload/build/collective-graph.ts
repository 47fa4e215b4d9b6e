import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity } from '../../base/validate.js';
import { SYMMETRIC_COLLECTIVES, type SymmetricCollective } from '../../collectives/collective.js';
import type { WorkGraph } from '../work-graph.js';
import { GraphBuilder } from './graph-builder.js';

/** One collective as a workload. */
export interface CollectiveWorkloadOptions {
  readonly collective: SymmetricCollective;
  /** Bytes each NPU enters with (a number or `"100 MiB"`), any whole number of at least 1: the node's bytes. */
  readonly size: Quantity;
  /** Whether each dimension takes part. Default: all do. */
  readonly involvedDimensions?: readonly boolean[];
}

const schema = keys({
  collective: v.picklist(SYMMETRIC_COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  involvedDimensions: v.optional(v.array(v.boolean('true or false'), 'a list of true or false')),
});

/**
 * A workload of one collective in which all NPUs take part: one graph that all of them run.
 *
 * @example
 * simulateWorkload({ topology, ...collectiveWorkload({ collective: 'all-reduce', size: '1 MiB' }) });
 * @throws ConfigError when an option is wrong.
 */
export function collectiveWorkload(options: CollectiveWorkloadOptions): { readonly graphs: WorkGraph } {
  const { collective, size, involvedDimensions } = parse(schema, options);
  const builder = new GraphBuilder();
  const involved = involvedDimensions === undefined ? {} : { involvedDimensions };
  builder.collective(collective, [], { collective, bytes: size, ...involved });
  return { graphs: builder.graph() };
}
