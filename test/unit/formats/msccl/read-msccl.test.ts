import { describe, expect, test } from 'vitest';
import { withBlockBytes } from '../../../../src/collectives/sized-program.js';
import { COPY, RECEIVE, SEND } from '../../../../src/collectives/step-program.js';
import { readMsccl } from '../../../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../../../src/formats/msccl/write-msccl.js';
import { playGiven } from '../../../support/given-program.js';
import { allPairsReduceScatter, allToAll, recursiveDoubling, ringAllGather, ringAllReduce } from './algorithms.js';
import { mscclXml, type ShortAlgorithm } from './xml.js';

const check = (xml: string) => readMsccl(xml, 'a.xml');

describe('right', () => {
  test.each<[string, (ranks: number) => ShortAlgorithm, number[]]>([
    ['ring all-gather', ringAllGather, [2, 3, 8]],
    ['ring all-reduce', ringAllReduce, [2, 3, 8]],
    ['recursive doubling', recursiveDoubling, [2, 4, 16]],
    ['all-pairs reduce-scatter', allPairsReduceScatter, [2, 3, 8]],
    ['all-to-all', allToAll, [2, 3, 8]],
  ])('%s', (_, algorithm, sizes) => {
    for (const ranks of sizes) check(mscclXml(algorithm(ranks)));
  });

  test('in place, input and output share their memory', () => {
    const gather = ringAllGather(4);
    const blocks = (rank: number) => gather.blocks(rank).map((block) => ({ ...block, steps: block.steps.slice(1) }));
    // Without the copy from input to output.
    check(mscclXml({ ...gather, inPlace: true, buffers: [0, 4, 0], blocks }));
    expect(() => check(mscclXml({ ...gather, blocks }))).toThrow('expected cells that hold something');
    // What was reduced into the own chunk of the input is the output.
    const scatter = allPairsReduceScatter(4);
    const inOwnChunk = (rank: number) =>
      scatter.blocks(rank).map(({ steps, ...block }) => ({
        ...block,
        steps: steps
          .filter(([type]) => type !== 'cpy')
          .map(([type, source, target, more]) => {
            if (type !== 're') return [type, source, target, more] as const;
            return ['re', source, `i${rank}`, source === 's0' ? { after: [0, 1] as const } : {}] as const;
          }),
      }));
    check(mscclXml({ ...scatter, inPlace: true, buffers: [4, 0, 3], blocks: inOwnChunk }));
  });
});

/** The XML with one piece replaced, which is to be there. */
function broken(algorithm: ShortAlgorithm, piece: string | RegExp, by: string): string {
  const xml = mscclXml(algorithm);
  expect(xml.replace(piece, by)).not.toBe(xml);
  return xml.replace(piece, by);
}

describe('wrong', () => {
  test('a reduction that is left out', () => {
    expect(() => check(broken(recursiveDoubling(4), 'type="rrc"', 'type="r"'))).toThrow(
      [
        'a.xml: rank 0, block 0 of the output: expected the sum of block 0 of ranks 0, 1, 2, 3, got the sum of block 0 of ranks 1, 2, 3',
        'a.xml: rank 0, block 1 of the output: expected the sum of block 1 of ranks 0, 1, 2, 3, got the sum of block 1 of ranks 1, 2, 3',
      ].join('\n'),
    );
  });

  test('a chunk that ends in the wrong place', () => {
    expect(() => check(broken(allToAll(3), 'srcbuf="i" srcoff="4"', 'srcbuf="i" srcoff="2"'))).toThrow(
      'a.xml: rank 2, block 0 of the output: expected block 4 of rank 0, got block 2 of rank 0',
    );
  });

  test('a chunk of output that nobody writes', () => {
    const gather = ringAllGather(3);
    const blocks = (rank: number) => gather.blocks(rank).map((block) => ({ ...block, steps: block.steps.slice(0, 2) }));
    const open = {
      ...gather,
      blocks: (rank: number) => blocks(rank).map(({ steps }) => ({ steps: steps.slice(0, 1) })),
    };
    expect(() => check(mscclXml(open))).toThrow(
      'rank 0, block 1 of the output: expected block 1 of rank 1, got nothing',
    );
    expect(() => check(mscclXml({ ...gather, blocks }))).toThrow(
      'a.xml: line 5 (gpu 0, tb 0, step 1): expected a receive for every message, got none for this one',
    );
  });

  test('something is added twice', () => {
    const xml = broken(
      allPairsReduceScatter(3),
      'srcbuf="s" srcoff="1" dstbuf="o"',
      'srcbuf="s" srcoff="0" dstbuf="o"',
    );
    expect(() => check(xml)).toThrow(
      /a\.xml: line \d+ \(gpu 0, tb 2, step 3\): expected to add what is not in the sum yet, got block 0 of rank 1 plus the sum of block 0 of ranks 0, 1: block 0 of rank 1 twice$/,
    );
  });

  test('messages of another size than is received', () => {
    expect(() => check(broken(recursiveDoubling(2), /(type="rrc".*)cnt="2"/, '$1cnt="1"'))).toThrow(
      'a.xml: line 5 (gpu 0, tb 0, step 1): expected a message of 1 blocks, got one of 2, from a.xml: line 10 (gpu 1, tb 0, step 0)',
    );
  });

  test('a standstill', () => {
    const deadlock: ShortAlgorithm = {
      ...{ collective: 'allreduce', ranks: 2, chunks: 1, inPlace: true, buffers: [1, 0, 0] },
      blocks: (rank) => [
        {
          ...{ send: 1 - rank, recv: 1 - rank },
          steps: [
            ['rrc', 'i0', 'i0'],
            ['s', 'i0'],
          ],
        },
        { steps: [['nop', undefined, undefined, { after: [0, 1] }]] },
      ],
    };
    expect(() => check(mscclXml(deadlock))).toThrow(
      [
        'a.xml: line 4 (gpu 0, tb 0, step 0): expected a step that can run, got one that waits for a.xml: line 14 (gpu 1, tb 0, step 1), which waits for it in turn',
        'a.xml: line 5 (gpu 0, tb 0, step 1): expected a step that can run, got one that waits for a.xml: line 4 (gpu 0, tb 0, step 0), which waits for it in turn',
        'a.xml: line 13 (gpu 1, tb 0, step 0): expected a step that can run, got one that waits for a.xml: line 5 (gpu 0, tb 0, step 1), which waits for it in turn',
      ].join('\n'),
    );
  });

  test('a dependency that is left out', () => {
    expect(() => check(broken(recursiveDoubling(4), /depid="0" deps="1"/g, 'depid="-1" deps="-1"'))).toThrow(
      'rank 0, block 0 of the output: expected the sum of block 0 of ranks 0, 1, 2, 3, got the sum of block 0 of ranks 0, 1, 2',
    );
    // In two thread blocks that do not wait for each other: from input to scratch, from there to the output.
    const race: ShortAlgorithm = {
      ...{ collective: 'allreduce', ranks: 1, chunks: 1, buffers: [1, 1, 1] },
      blocks: () => [{ steps: [['cpy', 'i0', 's0']] }, { steps: [['cpy', 's0', 'o0']] }],
    };
    expect(() => check(mscclXml(race))).toThrow(
      'a.xml: line 7 (gpu 0, tb 1, step 0): expected cells that hold something, got chunk 0 of buffer s, never written ' +
        '(only if steps run in another order: one does not wait for a step that it needs)',
    );
  });

  test('too many to tell', () => {
    const nothing = { ...ringAllGather(8), blocks: () => [] };
    expect(() => check(mscclXml(nothing))).toThrow(
      'a.xml: output: expected what the collective promises, got 54 more wrong blocks',
    );
  });

  test('too large to check', () => {
    const large = { ...recursiveDoubling(8), chunks: 2 ** 20 };
    expect(() => check(mscclXml(large))).toThrow(
      'a.xml: program: expected blocks times ranks of at most 4194304, got 8388608',
    );
  });
});

describe('dialects', () => {
  const step = (s: number, type: string, at: number, to: number) =>
    `<step s="${s}" type="${type}" srcbuf="o" srcoff="${at}" dstbuf="o" dstoff="${to}" cnt="1" depid="-1" deps="-1" hasdep="0"/>`;
  /** An all-gather of two whose own chunk is copied before the first step. */
  const local = [
    '<algo name="pair" nchannels="1" nchunksperloop="2" proto="LL" coll="allgather" inplace="0" ngpus="2">',
    ...[0, 1].flatMap((gpu) => [
      `<gpu id="${gpu}" i_chunks="1" o_chunks="2" s_chunks="0"><copy i_off="0" o_off="${gpu}" />`,
      `<tb id="0" send="${1 - gpu}" recv="${1 - gpu}" chan="0">`,
      `${step(0, 's', gpu, gpu)}${step(1, 'r', 1 - gpu, 1 - gpu)}</tb></gpu>`,
    ]),
    '</algo>',
  ].join('\n');

  test('copies before the first step come before every step', () => {
    const { program, protocol, notes } = check(local);
    expect([protocol, notes]).toEqual(['LL', []]);
    expect(program).toMatchObject({
      does: Uint8Array.of(COPY, SEND, RECEIVE, COPY, SEND, RECEIVE),
      needs: Int32Array.of(0, 1, 1, 0, 1, 1),
      thread: Int32Array.of(-1, 0, 0, -1, 0, 0),
    });
    // A read and a write of 1,000 B at 1 B/ns, then a message of 10 ns + 1,000 B at 2 B/ns.
    const { finishNs } = playGiven(withBlockBytes(program, 1000), {
      dimensions: [{ kind: 'fully-connected', npus: 2, bandwidth: 2, latency: 10 }],
      endpoint: { delay: 0, memoryBandwidth: 1 },
    });
    expect(finishNs).toEqual([2000 + 510, 2000 + 510]);
    expect(readMsccl(writeMsccl(program, { collective: 'all-gather' })).program).toEqual(program);
    expect(() => check(local.replace('i_off="0"', 'i_off="1"'))).toThrow(
      'a.xml: line 2: expected i_off and cnt within the 1 chunks of buffer i, got i_off 1, cnt 1',
    );
  });

  test('in place, an input of its own may be left out', () => {
    const doubling = recursiveDoubling(4);
    const inOutput = mscclXml(doubling)
      .replaceAll('buf="i"', 'buf="o"')
      .replaceAll('i_chunks="2" o_chunks="0"', 'i_chunks="0" o_chunks="2"');
    expect(check(inOutput).program).toEqual(check(mscclXml(doubling)).program);
  });

  test('without a claim: standstill and undefined reads all the same', () => {
    const shift = mscclXml({ ...recursiveDoubling(2), collective: 'custom' });
    expect(check(shift)).toMatchObject({ collective: undefined, notes: ['coll="custom": claim not checked'] });
    expect(check(shift.replace('type="rrc"', 'type="r"')).collective).toBeUndefined();
    const reads = shift.replace('s_chunks="0"', 's_chunks="2"').replace('srcbuf="i"', 'srcbuf="s"');
    expect(() => check(reads)).toThrow('got chunk 0 of buffer s, never written');
  });
});

test('reductions take their exact time', () => {
  // Three rounds: 10 ns + 1,000 B at 2 B/ns, and three times 1,000 B at 7 B/ns, each truncated to 142 ns.
  const { program } = check(mscclXml(recursiveDoubling(8)));
  const { finishNs } = playGiven(withBlockBytes(program, 500), {
    dimensions: [{ kind: 'fully-connected', npus: 8, bandwidth: 2, latency: 10 }],
    endpoint: { delay: 0, memoryBandwidth: 7 },
  });
  expect(new Set(finishNs)).toEqual(new Set([3 * (510 + 3 * 142)]));
  // The end-point delay: before the first message, and by every receipt.
  const late = playGiven(withBlockBytes(program, 500), {
    dimensions: [{ kind: 'fully-connected', npus: 8, bandwidth: 2, latency: 10 }],
    endpoint: { delay: 5, memoryBandwidth: 7 },
  });
  expect(Math.max(...late.finishNs)).toBe(5 + 3 * (510 + 5 + 3 * 142));
});

test('the writer refuses what it cannot write', () => {
  const { program } = check(mscclXml(recursiveDoubling(2)));
  expect(() => writeMsccl(program, { collective: 'all-reduce', name: 'a\u0007' })).toThrow(
    /^name: .*control characters/,
  );
  expect(() => writeMsccl(program, { collective: 'allreduce' } as never)).toThrow(/^collective: .*"all-reduce"/);
  expect(() => writeMsccl({} as never, { collective: undefined })).toThrow(/^program: expected a program of steps/);
});
