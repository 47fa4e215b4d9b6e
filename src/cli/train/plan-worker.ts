import Tinypool from 'tinypool';
import { type PlanJob, type Shard, simulateShard } from './plan-workers.js';

/** The pool calls this. */
export default function (shard: Shard) {
  return simulateShard(Tinypool.workerData as readonly PlanJob[], shard);
}
