import * as v from 'valibot';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, whole } from '../../base/validate.js';
import { COLLECTIVES, type Collective } from '../../collectives/collective.js';
import type { Trace } from '../../formats/chakra/graph.js';
import { TraceBuilder } from './trace-builder.js';

export interface CollectiveTraceOptions {
  readonly collective: Collective;
  /** Bytes each NPU enters with (a number or `"100 MiB"`), any whole number of at least 1: the node's `comm_size`. */
  readonly size: Quantity;
  /** NPUs: 1 to 16,777,216. */
  readonly npus: number;
  /** Whether each dimension takes part. Default: all do. */
  readonly involvedDimensions?: readonly boolean[];
}

const schema = keys({
  collective: v.picklist(COLLECTIVES),
  size: quantity('bytes', { atLeast: 1, whole: true }),
  npus: whole(1, 2 ** 24),
  involvedDimensions: v.optional(v.array(v.boolean('true or false'), 'a list of true or false')),
});

/**
 * Traces of one collective in which all NPUs take part, one per NPU: all the same object, for
 * there is nothing in them that differs.
 *
 * @throws ConfigError when an option is wrong.
 */
export function collectiveTraces(options: CollectiveTraceOptions): Trace[] {
  const { collective, size, npus, involvedDimensions: involved } = parse(schema, options);
  const builder = new TraceBuilder();
  builder.collective(collective, [], { collective, bytes: size, involved });
  return new Array<Trace>(npus).fill(builder.trace());
}
