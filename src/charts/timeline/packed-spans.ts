/** A period of time, before packing. */
export interface Span {
  readonly group: number;
  readonly kind: number;
  /** Number of the span's label: its chunk, or its name. */
  readonly label: number;
  /** Position among spans with the same label. */
  readonly at: number;
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Spans in flat arrays, which a worker hands over without a copy. Spans of a lane are
 * adjacent, in order of start, and do not overlap.
 */
export interface PackedSpans {
  readonly count: number;
  readonly groups: readonly string[];
  /** Per lane: its group, and where its spans begin; one more at the end. */
  readonly groupOfLane: Int32Array;
  readonly firstOfLane: Int32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly kind: Uint8Array;
  readonly label: Int32Array;
  readonly at: Int32Array;
  readonly endOfAllNs: number;
}

/** Assigns each span to the first free lane of its group. */
export function packSpans(spans: readonly Span[], groups: readonly string[]): PackedSpans {
  const order = spans.map((_, i) => i).sort((a, b) => at(spans, a).startNs - at(spans, b).startNs);
  const lanes = groups.map((): { freeNs: number; members: number[] }[] => []);
  for (const i of order) {
    const { group, startNs, endNs } = at(spans, i);
    const own = lanes[group] as { freeNs: number; members: number[] }[];
    let lane = own.find(({ freeNs }) => freeNs <= startNs);
    if (lane === undefined) {
      lane = { freeNs: 0, members: [] };
      own.push(lane);
    }
    lane.freeNs = endNs;
    lane.members.push(i);
  }
  const all = lanes.flatMap((own, group) => own.map(({ members }) => ({ group, members })));
  const sequence = all.flatMap(({ members }) => members);
  let begun = 0;
  const first = all.map(({ members }) => {
    begun += members.length;
    return begun - members.length;
  });
  const column = (of: (span: Span) => number) => sequence.map((i) => of(at(spans, i)));
  return {
    count: spans.length,
    groups,
    groupOfLane: Int32Array.from(all, ({ group }) => group),
    firstOfLane: Int32Array.from([...first, begun]),
    startNs: Float64Array.from(column(({ startNs }) => startNs)),
    endNs: Float64Array.from(column(({ endNs }) => endNs)),
    kind: Uint8Array.from(column(({ kind }) => kind)),
    label: Int32Array.from(column(({ label }) => label)),
    at: Int32Array.from(column((span) => span.at)),
    endOfAllNs: spans.reduce((latest, { endNs }) => Math.max(latest, endNs), 0),
  };
}

function at(spans: readonly Span[], i: number): Span {
  return spans[i] as Span;
}

/** The first span of a lane, from `from` on, that ends after a time; else the lane's end. */
export function endingAfter({ endNs }: PackedSpans, from: number, to: number, ns: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((endNs[middle] as number) <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lane of a span. */
export function laneOf({ firstOfLane }: PackedSpans, span: number): number {
  let lane = 0;
  while ((firstOfLane[lane + 1] as number) <= span) lane++;
  return lane;
}
