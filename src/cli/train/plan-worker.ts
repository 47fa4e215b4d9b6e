import Tinypool from 'tinypool';
import { type PlanJob, simulateShard } from './plan-workers.js';

/** What the pool calls. */
export default function (shard: { readonly index: number; readonly of: number }) {
  return simulateShard(Tinypool.workerData as PlanJob, shard);
}
