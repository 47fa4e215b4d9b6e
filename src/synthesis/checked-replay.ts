import * as v from 'valibot';
import { keys, parse } from '../base/validate.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { checkLinks } from './checked-graph.js';
import { checkTransfers } from './checked-schedule.js';
import { LINK_ORDERS, type Replay, type ReplayOptions, replay } from './replay.js';
import type { TransferSchedule } from './schedule.js';

const schema = keys({ order: v.picklist(LINK_ORDERS) });

/**
 * {@link replay}, of a schedule that is checked first.
 *
 * @throws ConfigError for what is no graph, no schedule on it, or no order.
 * @throws SimulationError when turns and needs wait for one another in a circle.
 */
export function checkedReplay(schedule: TransferSchedule, graph: LinkGraph, options: ReplayOptions): Replay {
  const { order } = parse(schema, options);
  checkLinks(graph);
  checkTransfers(schedule, graph.links.length);
  return replay(schedule, graph, { order });
}
