import { ConfigError, show } from '../base/errors.js';
import type { NetworkModel, Routing, Switching } from '../base/words.js';
import type { StepTerms } from '../collectives/priced-program.js';
import type { Endpoint } from '../costs/endpoint.js';
import { WAITING_ORDERS, type WaitingOrder } from '../scheduler/waiting-order.js';
import type { CheckedMachine, WithGraph } from '../spec/schema.js';
import { totalNpus } from '../topology/address.js';
import { type Dimension, wiredDimension } from '../topology/dimension.js';
import { graphNetwork } from '../topology/graph-network.js';
import { gridNetwork } from '../topology/grid-network.js';
import type { Network } from '../topology/network.js';

/** The machine that a simulation runs on, without its task. */
export interface Machine {
  /** For a graph: a single dimension of all its NPUs. */
  readonly dimensions: readonly Dimension[];
  /** The network, unless it is a grid. */
  readonly graph: Network | undefined;
  /** For a graph: the NPU of each rank; undefined if they are in order. */
  readonly rankOrder: readonly number[] | undefined;
  readonly npus: number;
  readonly activeChunks: number;
  readonly queuesPerDimension: number;
  readonly network: NetworkModel;
  readonly routing: Routing;
  readonly switching: Switching;
  /** Order of the chunks waiting in a queue; undefined for order of arrival. */
  readonly waitingOrder: WaitingOrder | undefined;
  readonly endpoint: Endpoint;
  /** What steps of collectives cost beyond the model; undefined for nothing. */
  readonly genModel: StepTerms | undefined;
  /** Receivers request every message before it is sent. */
  readonly rendezvous: boolean;
}

/**
 * The machine that a checked spec describes.
 * @throws ConfigError if its NPUs cannot be counted exactly.
 */
export function buildMachine(checked: WithGraph<CheckedMachine>): Machine {
  const { topology, activeChunks, queuesPerDimension, network, routing, switching, graph } = checked;
  const npus = totalNpus(topology);
  if (!Number.isSafeInteger(npus)) {
    throw new ConfigError([{ path: 'topology', expected: 'fewer than 2^53 NPUs in all', got: show(npus) }]);
  }
  return {
    dimensions: topology.map(wiredDimension),
    graph: graph && graphNetwork(graph),
    rankOrder: checkOrder(checked, npus),
    npus,
    activeChunks,
    queuesPerDimension,
    network,
    routing,
    switching,
    waitingOrder: WAITING_ORDERS[checked.intraDimensionScheduling],
    rendezvous: checked.rendezvous,
    genModel: checked.genModel,
    endpoint: { delay: checked.endpointDelay, memoryBandwidth: checked.localMemoryBandwidth },
  };
}

/** The links of a machine and the routes over them. */
export function networkOf({ graph, dimensions }: Pick<Machine, 'graph' | 'dimensions'>): Network {
  return graph ?? gridNetwork(dimensions);
}

function checkOrder({ rankOrder, graph }: WithGraph<CheckedMachine>, npus: number): readonly number[] | undefined {
  if (rankOrder === undefined) return undefined;
  const issue = (expected: string) => new ConfigError([{ path: 'rankOrder', expected, got: show(rankOrder) }]);
  if (graph === undefined) throw issue('none: ranks of a grid are its coordinates');
  const complete = rankOrder.length === npus && new Set(rankOrder).size === npus && Math.max(...rankOrder) < npus;
  if (!complete) throw issue(`each of the ${npus} NPUs once`);
  return rankOrder;
}
