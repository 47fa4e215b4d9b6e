import { ConfigError, show } from '../base/errors.js';
import type { NetworkModel, Routing } from '../base/words.js';
import type { Endpoint } from '../costs/endpoint.js';
import { WAITING_ORDERS, type WaitingOrder } from '../scheduler/waiting-order.js';
import type { CheckedMachine } from '../spec/schema.js';
import { totalNpus } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';

/** The machine that a simulation runs on. What is to be done on it comes later. */
export interface Machine {
  readonly dimensions: readonly Dimension[];
  readonly npus: number;
  readonly activeChunks: number;
  readonly queuesPerDimension: number;
  readonly network: NetworkModel;
  readonly routing: Routing;
  /** Order among the chunks that wait in a queue; undefined for order of arrival. */
  readonly waitingOrder: WaitingOrder | undefined;
  readonly endpoint: Endpoint;
  /** Every message is asked for by its receiver before it is sent. */
  readonly rendezvous: boolean;
}

/**
 * The machine that a checked spec describes.
 * @throws ConfigError when its NPUs cannot be counted exactly.
 */
export function buildMachine(checked: CheckedMachine): Machine {
  const { topology, activeChunks, queuesPerDimension, network, routing } = checked;
  const npus = totalNpus(topology);
  if (!Number.isSafeInteger(npus)) {
    throw new ConfigError([{ path: 'topology', expected: 'fewer than 2^53 NPUs in all', got: show(npus) }]);
  }
  return {
    dimensions: topology,
    npus,
    activeChunks,
    queuesPerDimension,
    network,
    routing,
    waitingOrder: WAITING_ORDERS[checked.intraDimensionScheduling],
    rendezvous: checked.rendezvous,
    endpoint: { delay: checked.endpointDelay, memoryBandwidth: checked.localMemoryBandwidth },
  };
}
