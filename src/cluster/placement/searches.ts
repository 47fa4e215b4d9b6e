/** Bus bandwidth of a placement: GPUs chosen on each host. More is better. */
export type Evaluator = (counts: readonly number[]) => number;

/** Bandwidths closer than this, relative, are the same. */
const SAME = 1e-12;

export function clearlyMore(a: number, b: number): boolean {
  return a > b * (1 + SAME);
}

/** The fullest host first: fewest hosts. */
export function compact(free: readonly number[], gpus: number): number[] {
  const order = free.map((_, host) => host).sort((a, b) => (free[b] as number) - (free[a] as number) || a - b);
  return fill(free, gpus, order);
}

/** The smallest host that fits all; compact if none does. */
export function bestFit(free: readonly number[], gpus: number): number[] {
  let best = -1;
  free.forEach((count, host) => {
    if (count >= gpus && (best === -1 || count < (free[best] as number))) best = host;
  });
  return best === -1 ? compact(free, gpus) : fill(free, gpus, [best]);
}

/** One GPU of each host in turn. */
export function spread(free: readonly number[], gpus: number): number[] {
  const counts = free.map(() => 0);
  for (let left = gpus; left > 0; ) {
    free.forEach((count, host) => {
      if (left === 0 || counts[host] === count) return;
      counts[host] = (counts[host] as number) + 1;
      left--;
    });
  }
  return counts;
}

function fill(free: readonly number[], gpus: number, order: readonly number[]): number[] {
  const counts = free.map(() => 0);
  let left = gpus;
  for (const host of order) {
    const taken = Math.min(left, free[host] as number);
    counts[host] = taken;
    left -= taken;
  }
  return counts;
}

/**
 * Starts with all free GPUs and drops them one by one, each time the one whose loss leaves the highest
 * bus bandwidth. Bus bandwidth is a minimum, so dropping a GPU that is no bottleneck changes nothing,
 * and ties decide: the host with fewer GPUs left, then the lower number.
 */
export function eliminate(free: readonly number[], gpus: number, evaluate: Evaluator): number[] {
  let counts = [...free];
  for (let left = counts.reduce((sum, count) => sum + count, 0); left > gpus; left--) {
    let best: { readonly counts: number[]; readonly busbw: number; readonly remaining: number } | undefined;
    for (let host = 0; host < counts.length; host++) {
      const count = counts[host] as number;
      if (count === 0) continue;
      const without = counts.with(host, count - 1);
      const busbw = evaluate(without);
      const better =
        best === undefined ||
        clearlyMore(busbw, best.busbw) ||
        (!clearlyMore(best.busbw, busbw) && count - 1 < best.remaining);
      if (better) best = { counts: without, busbw, remaining: count - 1 };
    }
    counts = best?.counts ?? counts;
  }
  return counts;
}

/** Moves GPUs, any number at a time, from one host to another as long as that raises the bus bandwidth. */
export function improve(free: readonly number[], start: readonly number[], evaluate: Evaluator): number[] {
  let counts = [...start];
  let busbw = evaluate(counts);
  for (;;) {
    let best: number[] | undefined;
    for (let from = 0; from < free.length; from++) {
      for (let to = 0; to < free.length; to++) {
        if (from === to) continue;
        const most = Math.min(counts[from] as number, (free[to] as number) - (counts[to] as number));
        for (let moved = 1; moved <= most; moved++) {
          const changed = counts.with(from, (counts[from] as number) - moved).with(to, (counts[to] as number) + moved);
          const value = evaluate(changed);
          if (!clearlyMore(value, busbw)) continue;
          best = changed;
          busbw = value;
        }
      }
    }
    if (best === undefined) return counts;
    counts = best;
  }
}

/** {@link improve} from eliminate, best fit and spread; the best of the three. */
export function eliminateAndImprove(free: readonly number[], gpus: number, evaluate: Evaluator): number[] {
  const starts = [eliminate(free, gpus, evaluate), bestFit(free, gpus), spread(free, gpus)];
  return bestOf(
    starts.map((start) => improve(free, start, evaluate)),
    evaluate,
  );
}

/** Tries every placement. */
export function exhaustive(free: readonly number[], gpus: number, evaluate: Evaluator): number[] {
  return bestOf(countVectors(free, gpus), evaluate);
}

/** The highest bus bandwidth; among equal ones the fewest hosts, then lower numbers, then few GPUs on the first. */
function bestOf(candidates: Iterable<number[]>, evaluate: Evaluator): number[] {
  let best: number[] | undefined;
  let busbw = Number.NEGATIVE_INFINITY;
  for (const counts of candidates) {
    const value = evaluate(counts);
    const better =
      best === undefined || clearlyMore(value, busbw) || (!clearlyMore(busbw, value) && neater(counts, best));
    if (!better) continue;
    best = counts;
    busbw = value;
  }
  return best ?? [];
}

function neater(a: readonly number[], b: readonly number[]): boolean {
  const used = (counts: readonly number[]) => counts.flatMap((count, host) => (count > 0 ? [host] : []));
  const [hostsA, hostsB] = [used(a), used(b)];
  if (hostsA.length !== hostsB.length) return hostsA.length < hostsB.length;
  const [listA, listB] = hostsA.some((host, i) => host !== hostsB[i]) ? [hostsA, hostsB] : [a, b];
  const differs = listA.findIndex((value, i) => value !== listB[i]);
  return differs !== -1 && (listA[differs] as number) < (listB[differs] as number);
}

/** All ways to take `gpus` from the free ones. */
export function* countVectors(free: readonly number[], gpus: number): Generator<number[]> {
  const [most, ...others] = free;
  if (most === undefined) {
    if (gpus === 0) yield [];
    return;
  }
  const room = others.reduce((sum, count) => sum + count, 0);
  for (let count = Math.max(0, gpus - room); count <= Math.min(gpus, most); count++) {
    for (const rest of countVectors(others, gpus - count)) yield [count, ...rest];
  }
}

/** The number of {@link countVectors}, without listing them. */
export function countPlacements(free: readonly number[], gpus: number): number {
  let ways = [1, ...new Array<number>(gpus).fill(0)];
  for (const most of free) {
    ways = ways.map((_, total) => {
      let sum = 0;
      for (let taken = 0; taken <= Math.min(most, total); taken++) sum += ways[total - taken] as number;
      return sum;
    });
  }
  return ways[gpus] as number;
}
