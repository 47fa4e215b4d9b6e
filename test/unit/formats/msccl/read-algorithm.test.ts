import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/base/errors.js';
import { readMscclAlgorithm } from '../../../../src/formats/msccl/read-algorithm.js';
import { readMsccl } from '../../../../src/formats/msccl/read-msccl.js';
import { allPairsReduceScatter, recursiveDoubling, ringAllGather } from './algorithms.js';
import { mscclXml } from './xml.js';

const DOUBLING = mscclXml(recursiveDoubling(4));

test('what is in the file', () => {
  const { gpus, ...algorithm } = readMscclAlgorithm(`<?xml version="1.0"?>\n<!-- doubling -->\n${DOUBLING}`, 'a.xml');
  expect(algorithm).toEqual({
    ...{ file: 'a.xml', name: 'test', collective: 'all-reduce', inPlace: true, chunks: 2 },
    ...{ root: 0, protocol: 'Simple', sendsEnd: 'arrived', notes: [] },
  });
  expect(gpus).toHaveLength(4);
  expect(gpus[2]?.chunks).toEqual({ i: 2, o: 0, s: 0 });
  expect(gpus[2]?.blocks[1]).toEqual({
    ...{ id: 1, sendsTo: 0, receivesFrom: 0, channel: 0 },
    steps: [
      {
        type: 's',
        source: { buffer: 'i', offset: 0 },
        // Not used.
        target: { buffer: 'i', offset: 0 },
        ...{ count: 2, tells: false, waitsFor: { block: 0, step: 1 }, line: 30 },
      },
      {
        type: 'rrc',
        source: { buffer: 'i', offset: 0 },
        target: { buffer: 'i', offset: 0 },
        ...{ count: 2, tells: false, waitsFor: undefined, line: 31 },
      },
    ],
  });
});

test('line breaks of any kind count as one', () => {
  const lines = (text: string) => readMscclAlgorithm(text).gpus[0]?.blocks[0]?.steps.map(({ line }) => line);
  expect(lines(DOUBLING.replaceAll('\n', '\r\n'))).toEqual(lines(DOUBLING));
  expect(lines(`\uFEFF${DOUBLING}`)).toEqual([4, 5]);
});

describe('dialects', () => {
  const notesOf = (xml: string) => readMscclAlgorithm(xml).notes;

  test('text or another element after the end is not read, with a note', () => {
    expect(notesOf(DOUBLING)).toEqual([]);
    expect(notesOf(`${DOUBLING}<!-- the end -->\n`)).toEqual([]);
    for (const more of ['Traceback (most recent call last)', '<algo name="another"/>', '<!-- x --><algo>']) {
      expect(notesOf(`${DOUBLING.trimEnd()}${more}`)).toEqual([
        'everything after the first element, from line 42 on, is ignored',
      ]);
    }
    // Neither a comment nor an attribute ends the element.
    const spoken = DOUBLING.replace('name="test"', 'name="a > b"').replace('<tb', '<!-- </algo> --><tb');
    expect(notesOf(spoken)).toEqual([]);
    expect(readMscclAlgorithm(spoken).name).toBe('a > b');
  });

  test('attributes that nobody knows are noted once', () => {
    const xml = DOUBLING.replace('<algo ', '<algo minBytes="0" ').replaceAll('<step ', '<step color="red" ');
    expect(notesOf(xml)).toEqual([
      'the attribute minBytes of <algo> is ignored',
      'the attribute color of <step> is ignored',
    ]);
  });

  test.each(['custom', 'sendrecv', 'alltoallv'])('coll="%s" makes no claim that is checked', (coll) => {
    const algorithm = readMscclAlgorithm(DOUBLING.replace('allreduce', coll));
    expect([algorithm.collective, algorithm.notes]).toEqual([undefined, [`coll="${coll}": claim not checked`]]);
  });
});

describe('what is wrong, and where', () => {
  test.each<[string, string | RegExp, string, string]>([
    [
      'no XML',
      '</algo>',
      '',
      'a.xml: line 41, column 9: expected an XML document, got Missing end tag for element algo',
    ],
    ['another document', /algo/g, 'graph', 'a.xml: expected <algo> at the root, got <graph>'],
    ['another element', '<tb id="1"', '<warp/><tb id="1"', 'a.xml: line 7: expected <tb> or <copy>, got <warp>'],
    [
      'another collective',
      'allreduce',
      'scan',
      'a.xml: line 1: expected coll, one of allreduce, allgather, reduce_scatter, reducescatter, alltoall, alltoallv, broadcast, reduce, gather, scatter, send, recv, sendrecv, custom, got "scan"',
    ],
    ['no size', 'nchunksperloop="2"', '', 'a.xml: line 1: expected nchunksperloop from 1 to 1048576, got nothing'],
    ['no number', 'cnt="2"', 'cnt="two"', 'a.xml: line 4: expected cnt from 1 to 1048576, got "two"'],
    ['fewer gpus', 'ngpus="4"', 'ngpus="5"', 'a.xml: line 1: expected <gpu> for each of ngpus (5), got none with id 4'],
    ['more gpus', 'ngpus="4"', 'ngpus="3"', 'expected id from 0 to 2, got "3"'],
    ['a gpu twice', 'gpu id="1"', 'gpu id="0"', 'a.xml: line 12: expected an id of its own, got another gpu 0'],
    ['a tb twice', 'tb id="1"', 'tb id="0"', 'a.xml: line 7: expected an id of its own, got another tb 0'],
    ['a peer that is not there', 'send="1"', 'send="4"', 'a.xml: line 3: expected send from -1 to 3, got "4"'],
    ['itself as a peer', 'recv="1"', 'recv="0"', 'a.xml: line 3: expected peers other than gpu 0 itself, got 0'],
    [
      'a shared channel',
      'send="2"',
      'send="1"',
      'a.xml: line 7: expected a peer and channel of its own, got those of another tb in the same direction',
    ],
    [
      'no peer to send to',
      'send="1"',
      'send="-1"',
      'a.xml: line 4: expected a tb with a peer to send to, got send="-1"',
    ],
    [
      'no peer to receive from',
      'recv="1"',
      'recv="-1"',
      'a.xml: line 5: expected a tb with a peer to receive from, got recv="-1"',
    ],
    [
      'a step out of order',
      ' s="1"',
      ' s="3"',
      'a.xml: line 5: expected s="1": steps in order, none left out, got s="3"',
    ],
    [
      'another type',
      'type="rrc"',
      'type="rrcbd"',
      'a.xml: line 5: expected type, one of s, r, rcs, rrc, rrs, rrcs, re, cpy, nop, got "rrcbd"',
    ],
    ['another buffer', 'srcbuf="i"', 'srcbuf="x"', 'a.xml: line 4: expected srcbuf, one of i, o, s, got "x"'],
    [
      'chunks beyond the buffer',
      'srcoff="0"',
      'srcoff="1"',
      'a.xml: line 4: expected srcoff and cnt within the 2 chunks of buffer i, got srcoff 1, cnt 2',
    ],
    [
      'a step that is not there',
      'deps="1"',
      'deps="2"',
      'a.xml: line 8: expected depid and deps of a step of this gpu, got step 2 of tb 0, which is not there',
    ],
    [
      'a step that does not tell',
      'hasdep="1"',
      'hasdep="0"',
      'a.xml: line 8: expected hasdep="1" at the step that is waited for, got hasdep="0" at step 1 of tb 0',
    ],
  ])('%s', (_, piece, by, message) => {
    const xml = DOUBLING.replace(piece, by);
    expect(xml).not.toBe(DOUBLING);
    expect(() => readMscclAlgorithm(xml, 'a.xml')).toThrow(message);
  });

  test('chunks that cannot be shared out', () => {
    const xml = mscclXml({ ...ringAllGather(3), chunks: 4 });
    expect(() => readMscclAlgorithm(xml)).toThrow('line 1: expected nchunksperloop, a multiple of ngpus (3), got 4');
  });

  test('several things at once, but not without end', () => {
    const issues = (xml: string) => {
      try {
        readMscclAlgorithm(xml);
      } catch (error) {
        if (error instanceof ConfigError) return error.issues.length;
      }
      return 0;
    };
    expect(issues(DOUBLING.replaceAll('type="s"', 'type="t"'))).toBe(8);
    expect(issues(DOUBLING.replaceAll(/srcbuf="i"/g, 'srcbuf="j"').replaceAll('type="', 'type="x'))).toBe(16);
    expect(issues(DOUBLING.replaceAll(/="\d+"/g, '=""'))).toBe(20);
  });

  test('elements nested deeper than the stack', () => {
    expect(() => readMscclAlgorithm('<algo>'.repeat(1e5), 'a.xml')).toThrow(
      'a.xml: expected an XML document, got elements nested too deeply',
    );
  });
});

test('with characters replaced, an algorithm or a clear error', () => {
  const xml = fc.constantFrom(DOUBLING, mscclXml(allPairsReduceScatter(3)), mscclXml(ringAllGather(3)));
  const put = fc.constantFrom('', '0', '1', '2', '9', '99999999', '-', '"', '<', '>', '&', 's', 'r', 'o');
  fc.assert(
    fc.property(xml, fc.nat(), put, (text, at, by) => {
      const i = at % text.length;
      try {
        readMsccl(text.slice(0, i) + by + text.slice(i + 1));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
