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

/** A collective on a network, all of which takes part in it. */
export interface NetworkBoundRequest {
  readonly collective: Exclude<Collective, 'alltoallv'>;
  /** Dimensions or a graph as in a spec, or in shorthand. */
  readonly topology: CollectiveSpec['topology'];
  /** Bytes (or `"100 MiB"`) each rank enters with, at least 1. */
  readonly size: Quantity;
}

/** Made when it is asked for: it stands in the package's first file, where bundlers would keep it, and all that it leads to. */
const schema = () =>
  keys({
    collective: v.picklist(EVEN_COLLECTIVES),
    topology: machineEntries.topology,
    size: quantity('bytes', { atLeast: 1, whole: true }),
  });

/**
 * The least time of a collective on a network, whatever the algorithm: of a grid see {@link leastTime}, of a graph {@link graphNetworkBound}.
 * @throws ConfigError with everything that is wrong.
 */
export function networkBound(request: NetworkBoundRequest): NetworkBound {
  const { collective, topology, size, graph } = checkWithTopology(schema(), request);
  if (graph !== undefined) return graphNetworkBound(collective, size, graphNetwork(graph));
  return leastTime({ collective, dimensions: topology.map(wiredDimension), bytes: size });
}
