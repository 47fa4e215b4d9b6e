import { describe, expect, test } from 'vitest';
import type { NcclWire } from '../../../../src/collectives/nccl/channel-writer.js';
import { ncclRingProgram, ringBlocks } from '../../../../src/collectives/nccl/ring-program.js';
import { ncclTreeProgram, treeBlocks } from '../../../../src/collectives/nccl/tree-program.js';
import { SEND, type StepProgram } from '../../../../src/collectives/step-program.js';
import { verify } from '../../../../src/collectives/verify/verify.js';
import { ncclRings, ncclTrees } from '../../../../src/plan/nccl-layout.js';

/** Ranks by node, numbered through. */
const nodesOf = (nodes: number, each: number) =>
  Array.from({ length: nodes }, (_, node) => Array.from({ length: each }, (_, i) => node * each + i));

const wire = (ranks: number, part: Partial<NcclWire> = {}): NcclWire => ({
  ...{ ranks, baseNs: 5, perByte: 1, hopNs: () => 3, relays: () => [] },
  ...part,
});

const SHAPES = [
  [1, 2],
  [1, 8],
  [2, 4],
  [3, 3],
  [5, 1],
] as const;

function sentBytes({ does, bytes }: StepProgram): number {
  return does.reduce((sum, what, step) => sum + (what === SEND ? (bytes[step] as number) : 0), 0);
}

describe('rings', () => {
  test.each(SHAPES)('%i nodes of %i compute what they claim', (nodes, each) => {
    const ranks = nodes * each;
    const rings = ncclRings(nodesOf(nodes, each), 3);
    for (const collective of ['all-reduce', 'all-gather', 'reduce-scatter', 'broadcast', 'reduce'] as const) {
      const root = collective === 'broadcast' || collective === 'reduce' ? ranks - 1 : 0;
      const request = { collective, rings, parts: [100, 100, 37], chunkBytes: 10, root };
      const blocks = ringBlocks(request);
      const own = { at: 0, perRank: blocks / ranks, perBlock: 1 };
      const cargo = {
        blocks,
        ...(collective === 'all-gather' ? { input: own } : {}),
        ...(collective === 'reduce-scatter' ? { output: own } : {}),
      };
      expect(verify(ncclRingProgram(request, wire(ranks, { cargo })), collective, { root })).toEqual([]);
    }
  });

  test('2 (n - 1) / n of the data leave each rank of an all-reduce', () => {
    const rings = ncclRings(nodesOf(1, 4), 2);
    const request = { collective: 'all-reduce', rings, parts: [4000, 800], chunkBytes: 100, root: 0 } as const;
    expect(sentBytes(ncclRingProgram(request, wire(4)))).toBe(2 * 3 * 4800);
    expect(sentBytes(ncclRingProgram(request, wire(4, { perByte: 2 })))).toBe(2 * 2 * 3 * 4800);
  });

  test('each channel enters and leaves a node by a GPU of its own', () => {
    expect(ncclRings(nodesOf(2, 3), 2)).toEqual([
      [0, 2, 1, 3, 5, 4],
      [1, 0, 2, 4, 3, 5],
    ]);
  });
});

describe('trees', () => {
  test.each(SHAPES)('%i nodes of %i compute an all-reduce', (nodes, each) => {
    const trees = ncclTrees(nodesOf(nodes, each), 4);
    const request = { trees, parts: [50, 50, 50, 21], chunkBytes: 10 };
    const program = ncclTreeProgram(request, wire(nodes * each, { cargo: { blocks: treeBlocks(request) } }));
    expect(verify(program, 'all-reduce')).toEqual([]);
  });

  test('half of the channels use each of the two trees, and heads differ', () => {
    const trees = ncclTrees(nodesOf(4, 2), 2);
    // Tree 0 over nodes: 0 <- 2 <- 1, 3; tree 1 is its mirror: 3 <- 1 <- 2, 0. Heads are GPU 0, then GPU 1.
    expect([...(trees[0] as Int32Array)]).toEqual([-1, 0, 4, 2, 0, 4, 4, 6]);
    expect([...(trees[1] as Int32Array)]).toEqual([1, 3, 3, 7, 5, 3, 7, -1]);
  });
});

test('messages that are passed on reach their end', () => {
  const rings = ncclRings(nodesOf(2, 3), 2);
  const request = { collective: 'all-reduce', rings, parts: [60, 60], chunkBytes: 10, root: 0 } as const;
  const cargo = { blocks: ringBlocks(request) };
  // From the last GPU of a node to the other node by way of the GPU that has the adapter.
  const relays = (from: number, to: number) => {
    const by = Math.floor(from / 3) * 3 + (to % 3);
    return Math.floor(from / 3) === Math.floor(to / 3) || by === from ? [] : [by];
  };
  const program = ncclRingProgram(request, wire(6, { cargo, relays }));
  expect(verify(program, 'all-reduce')).toEqual([]);
  expect(sentBytes(program)).toBe(((2 * 5) / 6) * 120 * (6 + 2));
});
