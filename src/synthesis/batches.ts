import { ScheduleBuilder, type TransferSchedule } from './schedule.js';

/**
 * One schedule several times over, each for its own part of the data, in one schedule of smaller
 * pieces: all-reduces overlap, the reduction of one part with the broadcast of another. Repetition
 * k starts at an NPU when repetition k - `window` has brought the NPU the last it brings. Without
 * such a window all reductions go first. Play it as messages come: there is no plan.
 */
export function inBatches(parts: readonly TransferSchedule[], npus: number, window: number): TransferSchedule {
  const builder = new ScheduleBuilder();
  const lastArrivals: number[][] = [];
  for (const [k, part] of parts.entries()) {
    const last = new Array<number>(npus).fill(-1);
    const chunks = Array.from(part.chunkSource, (source, c) => builder.addChunk(source, part.chunkTarget[c] as number));
    const before = lastArrivals[k - window];
    const number = new Int32Array(part.chunk.length);
    for (let i = 0; i < number.length; i++) {
      const from = part.from[i] as number;
      const to = part.to[i] as number;
      const needs = Array.from(
        part.needs.subarray(part.needsStart[i], part.needsStart[i + 1]),
        (need) => number[need] as number,
      );
      const gate = before?.[from] ?? -1;
      if (needs.length === 0 && gate >= 0) needs.push(gate);
      number[i] = builder.add({
        chunk: chunks[part.chunk[i] as number] as number,
        from,
        to,
        path: Array.from(part.path.subarray(part.pathStart[i], part.pathStart[i + 1])),
        bytes: part.bytes[i] as number,
        reduces: part.reduces[i] === 1,
        needs,
      });
      last[to] = number[i] as number;
    }
    lastArrivals.push(last);
  }
  return builder.build();
}
