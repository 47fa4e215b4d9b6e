import { type Machine, networkOf } from '../plan/machine.js';
import { gridNetwork } from '../topology/grid-network.js';
import type { LinkQueues } from './message/link-queues.js';

/** What one link did during a run. */
export interface LinkReport {
  /** Dimension of a grid, or tier of a graph. */
  readonly dimension: number;
  /** The NPU that the link belongs to; of a graph the device that it leaves. */
  readonly npu: number;
  /** Which of the NPU's links; of a graph the whole name. */
  readonly name: string;
  readonly bytes: number;
  readonly messages: number;
  /** Time during which it was occupied, ns. */
  readonly busyNs: number;
  /** Time that messages waited for it, added up, ns. */
  readonly waitedNs: number;
  /** Most messages that waited for it at once. */
  readonly longestQueue: number;
}

/** What every link did that carried anything. */
export function linkReports(links: LinkQueues, machine: Machine): LinkReport[] {
  const { graph, dimensions } = machine;
  if (graph !== undefined) {
    const network = networkOf(machine);
    return links.uses().map(({ link, ...use }) => {
      return { dimension: network.group(link), npu: network.start(link), name: network.name(link), ...use };
    });
  }
  const grid = gridNetwork(dimensions);
  return links.uses().map(({ link, ...use }) => {
    return { dimension: grid.group(link), npu: grid.npu(link), name: grid.port(link), ...use };
  });
}
