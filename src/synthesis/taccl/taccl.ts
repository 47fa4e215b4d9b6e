import { ConfigError, type Issue, show } from '../../base/errors.js';
import type { LinkGraph } from '../../topology/link-graph.js';
import { reverseGraph } from '../../topology/reverse-graph.js';
import { checkDirect, checkGraph } from '../checked-graph.js';
import { concatenate, reverseSchedule } from '../reversal.js';
import type { TransferSchedule } from '../schedule.js';
import { type OrderingOptions, orderRoutes } from './ordering.js';
import { shortestRoutes } from './routes.js';

export interface TacclOptions extends Omit<OrderingOptions, 'chunkBytes'> {
  /** Size of the whole buffer, as for an all-gather's result; a whole number above 0. */
  readonly bytes: number;
  /** Pieces in which every NPU's share is sent, 1 to 4096. Default 1. */
  readonly chunksPerNpu?: number;
}

/**
 * A schedule over shortest paths, in the order TACCL (arXiv 2111.04867) would plan it. Chunk c is
 * that of NPU floor(c / chunksPerNpu); chunks are whole bytes, rounded up. An all-reduce uses
 * variant 12 for its reduce-scatter, whatever `variant` says about its all-gather.
 *
 * @throws ConfigError on switches, NPUs that are not connected, or options out of range.
 * @throws SimulationError when aborted.
 */
export function taccl(
  graph: LinkGraph,
  collective: 'all-gather' | 'reduce-scatter' | 'all-reduce',
  options: TacclOptions,
): TransferSchedule {
  const { bytes, chunksPerNpu = 1, variant, ...rest } = options;
  const issues: Issue[] = [];
  const expectWhole = (path: string, value: number, most: number) => {
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
    issues.push({ path, expected: `a whole number from 1 to ${most}`, got: show(value) });
  };
  expectWhole('bytes', bytes, Number.MAX_SAFE_INTEGER);
  expectWhole('chunksPerNpu', chunksPerNpu, 4096);
  if (options.groupSize !== undefined) expectWhole('groupSize', options.groupSize, graph.npus);
  if (issues.length > 0) throw new ConfigError(issues);
  checkGraph(graph);
  checkDirect(graph);

  const chunkBytes = Math.ceil(bytes / (graph.npus * chunksPerNpu));
  const order = (on: LinkGraph, by: OrderingOptions['variant']) =>
    orderRoutes(on, shortestRoutes(on, chunkBytes, chunksPerNpu), {
      ...rest,
      chunkBytes,
      ...(by ? { variant: by } : {}),
    });
  if (collective === 'all-gather') return order(graph, variant);
  const serial = collective === 'all-reduce' ? 12 : (variant ?? 12);
  const scattered = reverseSchedule(order(reverseGraph(graph), serial), graph);
  return collective === 'reduce-scatter' ? scattered : concatenate(scattered, order(graph, variant), graph);
}
