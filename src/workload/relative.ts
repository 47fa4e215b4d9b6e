/**
 * NPUs `stride` apart, `size` of them: what ids count along one kind of parallelism. The
 * coordinate of an NPU is `floor(npu / stride) % size`.
 */
export interface NpuAxis {
  readonly stride: number;
  readonly size: number;
}

/** An axis of a family of groups: every NPU's group has all coordinates along it, or some. */
export interface GroupAxis extends NpuAxis {
  /** The coordinates of the members, by rank. Default: all. */
  readonly only?: readonly number[] | undefined;
}

/** Another NPU, as seen from the one that runs the graph: `step` further along an axis, round its end. */
export interface RelativePeer extends NpuAxis {
  readonly step: number;
}

export function coordinateOn({ stride, size }: NpuAxis, npu: number): number {
  return Math.floor(npu / stride) % size;
}

/** The NPU that a node of an NPU's graph names. */
export function peerOf(peer: number | RelativePeer, npu: number): number {
  if (typeof peer === 'number') return peer;
  const here = coordinateOn(peer, npu);
  const there = (((here + peer.step) % peer.size) + peer.size) % peer.size;
  return npu + (there - here) * peer.stride;
}

/** What is wrong with axes; undefined when each divides the NPUs into whole rows and no two overlap. */
export function wholeAxes(axes: readonly GroupAxis[], npus: number): string | undefined {
  const ascending = [...axes].sort((a, b) => a.stride - b.stride);
  for (const [i, { stride, size, only }] of ascending.entries()) {
    const next = ascending[i + 1]?.stride ?? npus;
    if (!isCount(stride) || !isCount(size) || next % (stride * size) !== 0) return `stride ${stride}, size ${size}`;
    if (only === undefined) continue;
    const inside = only.every((one) => Number.isSafeInteger(one) && one >= 0 && one < size);
    if (only.length === 0 || !inside || new Set(only).size !== only.length) return `only [${only}] of ${size}`;
  }
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
