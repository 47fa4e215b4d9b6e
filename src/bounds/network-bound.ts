import * as v from 'valibot';
import type { Quantity } from '../base/units.js';
import { keys, quantity } from '../base/validate.js';
import { type Collective, EVEN_COLLECTIVES } from '../collectives/collective.js';
import { checkWithTopology, machineEntries } from '../spec/schema.js';
import type { CollectiveSpec } from '../spec/spec.js';
import { wiredDimension } from '../topology/dimension.js';
import { graphNetwork } from '../topology/graph-network.js';
import { graphNetworkBound } from './graph-bound.js';
import { leastTime, type NetworkBound } from './grid-bound.js';

/** A collective on a whole network. */
export interface NetworkBoundRequest {
  readonly collective: Exclude<Collective, 'alltoallv'>;
  /** Dimensions or a graph as in a spec, or in shorthand. */
  readonly topology: CollectiveSpec['topology'];
  /** Bytes (or `"100 MiB"`) each rank enters with, at least 1. */
  readonly size: Quantity;
}

/** Built on demand: as a constant in the package's first file, bundlers would keep it and everything it imports. */
const schema = () =>
  keys({
    collective: v.picklist(EVEN_COLLECTIVES),
    topology: machineEntries.topology,
    size: quantity('bytes', { atLeast: 1, whole: true }),
  });

/**
 * The least time of a collective on a network with any algorithm: for a grid see {@link leastTime}, for a graph {@link graphNetworkBound}.
 * @throws ConfigError that lists all problems.
 */
export function networkBound(request: NetworkBoundRequest): NetworkBound {
  const { collective, topology, size, graph } = checkWithTopology(schema(), request);
  if (graph !== undefined) return graphNetworkBound(collective, size, graphNetwork(graph));
  return leastTime({ collective, dimensions: topology.map(wiredDimension), bytes: size });
}
