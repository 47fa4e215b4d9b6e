import type { StuckChunk } from '../errors.js';
import type { MessageEngine } from './message-engine.js';

/** Every chunk that has not finished, in order of NPU and chunk. NPUs are the simulated ones. */
export function stuckChunks({ actors, itinerary }: MessageEngine): StuckChunk[] {
  const stuck: StuckChunk[] = [];
  const seen = new Set<string>();
  for (const { npu, chunk, step, running } of actors) {
    const at = (itinerary.first[chunk] as number) + step;
    const key = `${npu} ${chunk}`;
    if (at >= (itinerary.first[chunk + 1] as number) || seen.has(key)) continue;
    seen.add(key);
    const { collective, dimension } = itinerary.phases[at] as (typeof itinerary.phases)[number];
    const waitsFor = running ? 'message' : 'room';
    stuck.push({ npu, chunk, phase: step, collective, dimension: dimension.index, waitsFor });
  }
  return stuck;
}

/** The first few, in words. */
export function describeStuck(stuck: readonly StuckChunk[]): string {
  const shown = stuck.slice(0, 8).map(({ npu, chunk, phase, collective, dimension, waitsFor }) => {
    const why = waitsFor === 'room' ? 'waits for room in its queue' : 'waits for a message';
    return `NPU ${npu}, chunk ${chunk}: phase ${phase} (${collective} in dimension ${dimension}) ${why}`;
  });
  const rest = stuck.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
