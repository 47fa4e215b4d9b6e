import type { CollectiveResult } from '../../report/result.js';

/** Up to here two times count as the same. */
const NEAR = 1.1;

/** What the time of an algorithm goes to, in a sentence. */
export function whyOf({ timeNs, bounds, dimensions }: CollectiveResult, boundNs: number, steps: number): string {
  const { planNs, dimension } = bounds;
  const busiest = dimensions[dimension]?.busiestLink;
  const link = busiest === undefined ? `the busiest link of dimension ${dimension}` : `the busiest link (${busiest})`;
  const isFull = timeNs <= planNs * NEAR;
  const carries = planNs / boundNs;
  if (isFull && carries <= NEAR) return 'near the limit: the links that bound every algorithm are busy all the time';
  if (isFull) return `${link} is busy all the time and needs ${carries.toFixed(1)} times the bound for what it carries`;
  const idle = Math.round(100 * (1 - planNs / timeNs));
  const chain = steps === 1 ? 'the latency of its messages' : `its ${Math.round(steps)} messages in a row`;
  return `${link} is idle ${idle} % of the time, waiting for ${chain}`;
}
