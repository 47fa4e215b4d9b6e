import { type MessageSpan, simulateCollectiveAsync } from 'astra-sim-ts';
import { pathLinks } from 'astra-sim-ts/topology';
import { PHASE_KINDS } from '../../../../src/charts/timeline/phases.js';
import { drawn } from '../../drawing/make.js';
import type { Task } from '../protocol.js';

/** Most NPUs whose messages an eye can follow. */
const MOST_NPUS = 64;
const MOST_EVENTS = 8_000_000;

/** Every message, and its path through the picture. */
export const messages: Task<'messages'> = async (spec, { signal, report }) => {
  const found = drawn(spec.topology);
  const npus = 'drawing' in found ? found.drawing.npus : found.npus;
  if (!('drawing' in found) || npus > MOST_NPUS) {
    return {
      npus,
      why: `One can follow messages among at most ${MOST_NPUS} NPUs; this network has ${npus.toLocaleString('en-US')}. Make it smaller to see what happens.`,
    };
  }
  const onProgress = ({ finished }: { readonly finished: number }) => report(finished);
  const result = await simulateCollectiveAsync({
    ...spec,
    messageTimeline: true,
    maxEvents: MOST_EVENTS,
    signal,
    onProgress,
  });
  const spans = result.messageTimeline ?? [];
  const plans = result.chunkPlans;
  const kindOf = ({ chunk, phase }: MessageSpan) =>
    PHASE_KINDS.indexOf(plans.findLast(({ first }) => first <= chunk)?.phases[phase]?.collective ?? 'all-reduce');
  const ways = new Map<number, readonly number[]>();
  for (const { from, to } of spans) {
    const key = from * npus + to;
    if (!ways.has(key))
      ways.set(key, [from, ...pathLinks(found.network, from, to).map((link) => found.network.end(link))]);
  }
  return {
    drawing: found.drawing,
    endNs: result.timeNs,
    from: Int32Array.from(spans, ({ from }) => from),
    to: Int32Array.from(spans, ({ to }) => to),
    bytes: Float64Array.from(spans, ({ bytes }) => bytes),
    chunk: Int32Array.from(spans, ({ chunk }) => chunk),
    kind: Uint8Array.from(spans, kindOf),
    sentNs: Float64Array.from(spans, ({ sentNs }) => sentNs),
    arrivedNs: Float64Array.from(spans, ({ arrivedNs }) => arrivedNs),
    steps: Float64Array.from(new Set(spans.map(({ sentNs }) => sentNs))),
    ways,
  };
};
