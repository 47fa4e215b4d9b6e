import type { CollectiveResult } from 'astra-sim-ts';
import { percent, time } from '../format.js';

/** Least difference at which the two network models count as different. */
const NOTABLE = 0.05;

/** How far the network models differ and why, in a sentence; undefined when they agree. */
export function differenceOf(
  overlap: CollectiveResult,
  queue: CollectiveResult,
): { readonly share: number; readonly why: string } | undefined {
  const share = Math.abs(queue.timeNs - overlap.timeNs) / Math.max(1, Math.min(overlap.timeNs, queue.timeNs));
  return share > NOTABLE ? { share, why: whyOf(overlap, queue) } : undefined;
}

function whyOf(overlap: CollectiveResult, queue: CollectiveResult): string {
  const most = [...queue.dimensions].sort((a, b) => (b.links?.waitedNs ?? 0) - (a.links?.waitedNs ?? 0))[0];
  const where = most?.kind === 'graph' ? `tier ${most.name ?? most.dimension}` : `dimension ${most?.dimension ?? 0}`;
  if (queue.timeNs < overlap.timeNs) {
    return `With queues it is faster: a message there begins its next link as soon as that is free, and what waits in ${where} overlaps with reductions; without queues each message is charged its whole way at once.`;
  }
  const code = (name: string) => overlap.warnings.some((warning) => warning.code === name);
  const busy = most?.links;
  const waits =
    busy === undefined || busy.waitedNs === 0
      ? 'each message is sent anew over every link of its way, while the other model charges its bytes once'
      : `up to ${busy.longestQueue} ${busy.longestQueue === 1 ? 'message waits' : 'messages wait'} for one link of ${where}, ${time(busy.waitedNs)} in all, and its busiest link is occupied ${percent(busy.mostBusyNs / queue.timeNs)} of the time`;
  if (queue.warnings.some((warning) => warning.code === 'store-and-forward-switch')) {
    return 'With queues a switch passes a message on once it has all of it: each message occupies two links, one after the other, and each link idles half of the time. The other model charges its bytes once.';
  }
  const reason = code('flat-never-pays-slow-dimensions')
    ? 'Without queues an algorithm over all NPUs pays for the lowest dimension only, and slow links cost it nothing. With queues'
    : code('more-than-the-wire')
      ? 'Without queues several messages use the whole bandwidth of one link at once. With queues they take turns:'
      : 'Without queues messages that share a link do not slow each other. With queues';
  return `${reason} ${waits}. Real links behave like the second.`;
}
