import type { ShortAlgorithm, ShortBlock, ShortStep } from './xml.js';

const upTo = (end: number, begin = 0) => Array.from({ length: end - begin }, (_, k) => begin + k);

/** Each passes on what it has got, around a ring. */
export function ringAllGather(ranks: number): ShortAlgorithm {
  const blocks = (rank: number): ShortBlock[] => {
    const from = (distance: number) => `o${(rank - distance + ranks) % ranks}`;
    const passed = upTo(ranks - 1, 1).map((k): ShortStep => ['rcs', undefined, from(k)]);
    const steps: ShortStep[] = [['cpy', 'i0', from(0)], ['s', from(0)], ...passed, ['r', undefined, from(ranks - 1)]];
    return [{ send: (rank + 1) % ranks, recv: (rank + ranks - 1) % ranks, steps }];
  };
  return { collective: 'allgather', ranks, chunks: ranks, buffers: [1, ranks, 0], blocks };
}

/** In place, a reduce-scatter around the ring and an all-gather after it, fused. */
export function ringAllReduce(ranks: number): ShortAlgorithm {
  const blocks = (rank: number): ShortBlock[] => {
    const chunk = (distance: number) => `i${(rank - distance + 2 * ranks) % ranks}`;
    const steps: ShortStep[] = [
      ['s', chunk(0)],
      ...upTo(ranks - 1, 1).map((k): ShortStep => ['rrs', chunk(k)]),
      ['rrcs', chunk(ranks - 1), chunk(ranks - 1)],
      ...upTo(ranks - 2).map((k): ShortStep => ['rcs', undefined, chunk(k)]),
      ['r', undefined, chunk(ranks - 2)],
    ];
    return [{ send: (rank + 1) % ranks, recv: (rank + ranks - 1) % ranks, steps }];
  };
  return { collective: 'allreduce', ranks, chunks: ranks, inPlace: true, buffers: [ranks, 0, 0], blocks };
}

/** In place, whole buffers with partners at distances 1, 2, 4 ...: a thread block for each. */
export function recursiveDoubling(ranks: number): ShortAlgorithm {
  const blocks = (rank: number): ShortBlock[] =>
    upTo(Math.log2(ranks)).map((round) => {
      const partner = rank ^ (1 << round);
      const after = round === 0 ? {} : { after: [round - 1, 1] as const };
      return {
        ...{ send: partner, recv: partner, channel: 0 },
        steps: [
          ['s', 'i0', undefined, { count: 2, ...after }],
          ['rrc', 'i0', 'i0', { count: 2 }],
        ],
      };
    });
  return { collective: 'allreduce', ranks, chunks: 2, inPlace: true, buffers: [2, 0, 0], blocks };
}

/** Each reduces its own chunk: with everybody in one thread block each, the sum in another, which tells them. */
export function allPairsReduceScatter(ranks: number): ShortAlgorithm {
  const blocks = (rank: number): ShortBlock[] => {
    const peers = upTo(ranks).filter((peer) => peer !== rank);
    const exchange = peers.map(
      (peer, slot): ShortBlock => ({
        ...{ send: peer, recv: peer },
        steps: [
          ['s', `i${peer}`],
          ['r', undefined, `s${slot}`],
        ],
      }),
    );
    const waits = peers.slice(1).map((_, k): ShortStep => ['nop', undefined, undefined, { after: [k + 1, 1] }]);
    const sums: ShortStep[] = [
      ['cpy', `i${rank}`, 'o0', { after: [0, 1] }],
      ...peers.map((_, slot): ShortStep => ['re', `s${slot}`, 'o0']),
    ];
    return [...exchange, { steps: [...waits, ...sums] }];
  };
  return { collective: 'reduce_scatter', ranks, chunks: ranks, buffers: [ranks, 1, ranks - 1], blocks };
}

/** Two chunks for everyone, straight to them. */
export function allToAll(ranks: number): ShortAlgorithm {
  const blocks = (rank: number): ShortBlock[] =>
    upTo(ranks).map((peer) => {
      const place = 2 * peer;
      if (peer === rank) return { steps: [['cpy', `i${place}`, `o${place}`, { count: 2 }]] };
      return {
        ...{ send: peer, recv: peer },
        steps: [
          ['s', `i${place}`, undefined, { count: 2 }],
          ['r', undefined, `o${place}`, { count: 2 }],
        ],
      };
    });
  return { collective: 'alltoall', ranks, chunks: 2 * ranks, buffers: [2 * ranks, 2 * ranks, 0], blocks };
}
