import type { LinkGraph } from '../../topology/link-graph.js';
import { improveFound } from '../improve-order.js';
import { bestOrder, type LinkOrder } from '../replay.js';
import type { TransferSchedule } from '../schedule.js';
import type { FoundSchedule } from './synthesiser.js';

/** A schedule, and how links play it best. */
export interface Played {
  readonly schedule: TransferSchedule;
  readonly order: LinkOrder;
  readonly finishNs: number;
  readonly settings: FoundSchedule['settings'];
}

export function played(graph: LinkGraph, schedule: TransferSchedule, settings: Played['settings']): Played {
  return { schedule, ...bestOrder(schedule, graph), settings };
}

/** What was found, with a better order on links. */
export function improvedPlay(graph: LinkGraph, found: Played | undefined, effort: number): FoundSchedule | undefined {
  if (found === undefined) return undefined;
  return { ...improveFound(found.schedule, graph, found.order, effort), settings: found.settings };
}
