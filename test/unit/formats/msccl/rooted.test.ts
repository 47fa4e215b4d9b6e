import { describe, expect, test } from 'vitest';
import { readMsccl } from '../../../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../../../src/formats/msccl/write-msccl.js';
import { simulateCollective } from '../../../../src/simulate.js';
import { mscclXml, type ShortAlgorithm, type ShortBlock } from './xml.js';

/** Three ranks, in place. */
const short = (collective: string, root: number, chunks: number, blocks: readonly (readonly ShortBlock[])[]) => {
  const buffers =
    collective === 'gather'
      ? ([1, 3, 0] as const)
      : collective === 'scatter'
        ? ([3, 1, 0] as const)
        : ([chunks, 0, 0] as const);
  const algorithm: ShortAlgorithm = {
    collective,
    ranks: 3,
    chunks,
    inPlace: true,
    buffers,
    blocks: (rank) => blocks[rank] ?? [],
  };
  return { collective, root, xml: mscclXml(algorithm) };
};

const CASES = [
  // 1 to 2 to 0, two chunks.
  short('broadcast', 1, 2, [
    [
      {
        recv: 2,
        steps: [
          ['r', 'i0', 'i0'],
          ['r', 'i1', 'i1'],
        ],
      },
    ],
    [
      {
        send: 2,
        steps: [
          ['s', 'i0', 'i0'],
          ['s', 'i1', 'i1'],
        ],
      },
    ],
    [
      {
        send: 0,
        recv: 1,
        steps: [
          ['rcs', 'i0', 'i0'],
          ['rcs', 'i1', 'i1'],
        ],
      },
    ],
  ]),
  // 1 to 2, which adds its own, to 0.
  short('reduce', 0, 1, [
    [{ recv: 2, steps: [['rrc', 'i0', 'i0']] }],
    [{ send: 2, steps: [['s', 'i0', 'i0']] }],
    [{ send: 0, recv: 1, steps: [['rrs', 'i0', 'i0']] }],
  ]),
  short('scatter', 2, 3, [
    [{ recv: 2, steps: [['r', 'i0', 'o0']] }],
    [{ recv: 2, steps: [['r', 'i1', 'o0']] }],
    [
      { send: 0, steps: [['s', 'i0', 'i0']] },
      { send: 1, steps: [['s', 'i1', 'i1']] },
    ],
  ]),
  short('gather', 0, 3, [
    [
      { recv: 1, steps: [['r', 'o1', 'o1']] },
      { recv: 2, steps: [['r', 'o2', 'o2']] },
    ],
    [{ send: 0, steps: [['s', 'i0', 'i0']] }],
    [{ send: 0, steps: [['s', 'i0', 'i0']] }],
  ]),
];

describe.each(CASES)('coll="$collective"', ({ collective, root, xml }) => {
  test('is recognised, with the root that the steps show, and verified', () => {
    const schedule = readMsccl(xml);
    expect([schedule.collective, schedule.root, schedule.notes]).toEqual([collective, root, []]);
    // Of all that the first message brings nothing arrives.
    const lost = xml.replace(/type="(r|rrc)" srcbuf/, 'type="nop" srcbuf');
    expect(() => readMsccl(lost)).toThrow();
  });

  test('says where the root is, and is refused where that is wrong', () => {
    const said = xml.replace('coll=', `root="${root}" coll=`);
    expect(readMsccl(said).root).toBe(root);
    expect(() => readMsccl(xml.replace('coll=', `root="${(root + 1) % 3}" coll=`))).toThrow();
    expect(() => readMsccl(xml.replace('coll=', 'root="3" coll='))).toThrow('root');
  });

  test('comes out of the writer as the same', () => {
    const { collective: known, program } = readMsccl(xml);
    const written = writeMsccl(program, { collective: known, root });
    expect(written).toContain(`coll="${collective}"`);
    expect(readMsccl(written)).toMatchObject({ collective, root, program });
  });

  test('is simulated: with the claim that it has', () => {
    const { collective: known, program } = readMsccl(xml);
    if (known === undefined) throw new Error('no claim');
    const topology = 'fully-connected(3, 1 GB/s, 100 ns)';
    const spec = {
      collective: known,
      topology,
      size: 3000,
      program,
      root,
      endpointDelay: 0,
      localMemoryBandwidth: 'unlimited',
    } as const;
    const share = known === 'gather' ? 3000 : known === 'scatter' ? 1000 : undefined;
    // A share goes its way at once; a whole buffer takes two hops, a broadcast in two chunks one behind the other.
    const expected = share === undefined ? (known === 'broadcast' ? 3 * 1600 : 2 * 3100) : share + 100;
    expect(simulateCollective(spec).timeNs).toBe(expected);
    expect(() => simulateCollective({ ...spec, root: (root + 1) % 3 })).toThrow();
  });
});
