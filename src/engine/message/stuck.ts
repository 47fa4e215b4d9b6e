import type { StuckChunk } from '../../base/errors.js';
import type { Phase } from '../../plan/phases.js';
import type { MessageEngine } from './message-engine.js';

/** Every unfinished chunk, in order of NPU and chunk. NPUs have their simulated numbers. */
export function stuckChunks({ lanes }: MessageEngine): StuckChunk[] {
  const stuck: StuckChunk[] = [];
  for (const [index, { npu, chunk, position, running, member }] of lanes.entries()) {
    if (member === undefined) continue;
    const { collective, itinerary } = member;
    const at = (itinerary.first[chunk] as number) + position;
    const isFirstLane = (index - collective.base) % collective.lanesPerChunk === 0;
    if (!isFirstLane || at >= (itinerary.first[chunk + 1] as number)) continue;
    const phase = itinerary.phases[at] as Phase;
    const waitsFor = running ? 'message' : 'room';
    const where = { collective: phase.collective, dimension: phase.dimension.index };
    stuck.push({ npu, chunk, phase: position, ...where, waitsFor });
  }
  return stuck;
}

/** The first few stuck chunks as text. */
export function describeStuck(stuck: readonly StuckChunk[]): string {
  const shown = stuck.slice(0, 8).map(({ npu, chunk, phase, collective, dimension, waitsFor }) => {
    const why = waitsFor === 'room' ? 'waits for room in its queue' : 'waits for a message';
    return `NPU ${npu}, chunk ${chunk}: phase ${phase} (${collective} in dimension ${dimension}) ${why}`;
  });
  const rest = stuck.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
