import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/base/errors.js';
import { readNcclTests } from '../../../src/formats/nccl-tests.js';

/** As nccl-tests 2.17 prints it, on two hosts of two GPUs. */
const LOG = `# nccl-tests version 2.17.6 nccl-headers=22602 nccl-library=22602
# Collective test starting: all_reduce_perf
# nThread 1 nGpus 1 minBytes 8 maxBytes 32 step: 2(factor) warmup iters: 1 iters: 20 agg iters: 1 validation: 1 graph: 0
#
# Using devices
#  Rank  0 Group  0 Pid   6899 on alpha device  0 [0000:04:00] NVIDIA H100 80GB HBM3
#  Rank  1 Group  0 Pid   6900 on alpha device  1 [0000:05:00] NVIDIA H100 80GB HBM3
#  Rank  2 Group  0 Pid   6733 on beta device  0 [0000:04:00] NVIDIA H100 80GB HBM3
#  Rank  3 Group  0 Pid   6734 on beta device  1 [0000:05:00] NVIDIA H100 80GB HBM3
#
#                                                              out-of-place                       in-place
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
           8             2     float     sum      -1    33.50    0.00    0.00      0    32.93    0.00    0.00      0
          16             4     float     sum      -1    33.71    0.00    0.00    N/A    33.00    0.00    0.00    N/A
  8589934592    2147483648     float     sum      -1  1.2e+05   71.58  134.21      0   119500   71.88  134.78      0
# Out of bounds values : 0 OK
# Avg bus bandwidth    : 44.6
`;
const ROWS = [
  { bytes: 8, timeUs: 33.5, inPlaceUs: 32.93 },
  { bytes: 16, timeUs: 33.71, inPlaceUs: 33 },
  { bytes: 8589934592, timeUs: 120000, inPlaceUs: 119500 },
];

const prefixed = (prefix: string) =>
  LOG.trimEnd()
    .split('\n')
    .map((line) => `${prefix}${line}`)
    .join('\n');

describe('tables of nccl-tests', () => {
  test('with what the log says about the machine', () => {
    expect(readNcclTests(LOG)).toEqual({
      tables: [
        {
          name: 'all-reduce 1',
          collective: 'all-reduce',
          ranks: 4,
          nodes: 2,
          gpusPerNode: 2,
          measured: 'out-of-place',
          info: { gpu: 'NVIDIA H100 80GB HBM3' },
          rows: ROWS,
        },
      ],
      notes: [],
    });
  });

  test.each(['0: ', ' 0:  ', '[1,0]<stdout>:', '2024-05-01T10:00:00.123Z stdout F ', 'worker-0 | '])(
    'behind the label %j of a launcher',
    (prefix) => {
      const [table] = readNcclTests(prefixed(prefix)).tables;
      expect(table).toMatchObject({ collective: 'all-reduce', ranks: 4, nodes: 2 });
      expect(table?.rows).toEqual(ROWS);
    },
  );

  test('between lines of NCCL and prose that mentions sizes and times', () => {
    const noise =
      'alpha:1:1 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[1] via P2P\n# size and time of it\nthe time by size: 8\n';
    const noisy = LOG.split('\n').join(`\n${noise}`);
    expect(readNcclTests(noisy)).toEqual(readNcclTests(LOG));
  });

  test('of older layouts, with other columns and in other orders', () => {
    const read = (text: string) => readNcclTests(text).tables.map(({ rows }) => rows);
    const two = [{ bytes: 8, timeUs: 20.5, inPlaceUs: 19.25 }];
    expect(
      read(
        '#  bytes  N  type  op  time  algbw  busbw  res  time  algbw  busbw  res\n 8 2 float sum 20.5 0 0 0e+00 19.25 0 0 0',
      ),
    ).toEqual([two]);
    expect(
      read(
        '#  size count type root  time algbw busbw error time algbw busbw error\n 8 2 float 0 20.5 0 0 2e-7 19.25 0 0 2e-7',
      ),
    ).toEqual([two]);
    expect(read('#  time size count\n 20.5 8 2')).toEqual([[{ bytes: 8, timeUs: 20.5 }]]);
    const bits =
      '# size count type redop root cputime algbw busbw #wrong #bitdiff cputime algbw busbw #wrong #bitdiff timestamp';
    expect(read(`${bits}\n 8 2 float sum -1 20.5 0 0 0 0 19.25 0 0 0 0 2025-10-01 10:00:00`)).toEqual([two]);
    const iterations =
      '# size count type redop root time algbw busbw #wrong i_min i_max i_p99 i_cv% time algbw busbw #wrong i_min i_max i_p99 i_cv%';
    expect(read(`${iterations}\n 8 2 float sum -1 20.5 0 0 0 1 2 3 4 19.25 0 0 0 1 2 3 4`)).toEqual([two]);
  });

  test('several in one log: one per header, and one per type', () => {
    const second = LOG.replaceAll('all_reduce', 'broadcast').replaceAll('alpha', 'beta');
    const tables = readNcclTests(LOG + second).tables;
    expect(tables.map(({ name, nodes }) => [name, nodes])).toEqual([
      ['all-reduce 1', 2],
      ['broadcast 2', 1],
    ]);
    const types = LOG.replace('16             4     float', '16             8     half ');
    expect(readNcclTests(types).tables.map(({ name, rows }) => [name, rows.length])).toEqual([
      ['all-reduce 1', 1],
      ['all-reduce 1 half sum -1', 1],
      ['all-reduce 1 float sum -1', 1],
    ]);
  });
});

describe('other tables', () => {
  test('of OSU', () => {
    const text = `# OSU MPI-CUDA Allreduce Latency Test v5.7
# Size       Avg Latency(us)   Min Latency(us)   Max Latency(us)  Iterations
4                       9.27              9.00             10.10        1000
8                       9.17              8.90              9.90        1000
`;
    expect(readNcclTests(text).tables).toEqual([
      {
        name: 'all-reduce 1',
        collective: 'all-reduce',
        measured: 'out-of-place',
        info: {},
        rows: [
          { bytes: 4, timeUs: 9.27 },
          { bytes: 8, timeUs: 9.17 },
        ],
      },
    ]);
    expect(
      readNcclTests('# OSU MPI Broadcast Latency Test v7.3\n# Size  Avg Latency(us)\n1 2.5\n').tables[0],
    ).toMatchObject({
      collective: 'broadcast',
      rows: [{ bytes: 1, timeUs: 2.5 }],
    });
  });

  test('in the plain format', () => {
    const text = `# name: some-machine
# collective: all_gather
# nodes: 2
# gpusPerNode: 8
# ranks: 16
# note: only the in-place column ran the schedule
# columns: bytes  time_us_out_of_place  time_us_in_place  busbw_GBps_out_of_place
 8  20.26  nan  0.00
16  17.90  17.77  0.00
`;
    const [table] = readNcclTests(text).tables;
    expect(table).toMatchObject({
      name: 'some-machine',
      collective: 'all-gather',
      nodes: 2,
      ranks: 16,
      gpusPerNode: 8,
    });
    expect(table?.measured).toBe('in-place');
    expect(table?.rows).toEqual([
      { bytes: 8, timeUs: 20.26 },
      { bytes: 16, timeUs: 17.9, inPlaceUs: 17.77 },
    ]);
  });

  test('in JSON', () => {
    const device = (hostname: string) => ({ rank: 0, hostname, device: 0, device_info: 'NVIDIA B200' });
    const side = (time: number | string) => ({ time, alg_bw: 1, bus_bw: 2, nwrong: 0 });
    const result = (size: number, out: unknown, inside: unknown) => ({
      size,
      count: size / 4,
      type: 'float',
      redop: 'sum',
      root: '    -1',
      out_of_place: out,
      in_place: inside,
    });
    const text = JSON.stringify({
      version: 3,
      args: ['/opt/all_reduce_perf', '-b', '8'],
      config: { nthreads: 1, ngpus: 4, devices: [device('a'), device('b')] },
      results: [result(8, side(20.5), side(19.5)), result(16, side('nan'), side(3)), result(32, null, side(3))],
    });
    expect(readNcclTests(text)).toEqual({
      tables: [
        {
          name: 'all_reduce_perf',
          collective: 'all-reduce',
          ranks: 8,
          nodes: 2,
          gpusPerNode: 4,
          measured: 'out-of-place',
          info: { gpu: 'NVIDIA B200', dtype: 'float' },
          rows: [{ bytes: 8, timeUs: 20.5, inPlaceUs: 19.5 }],
        },
      ],
      notes: [{ what: 'row whose time is not a number above 0', count: 2, first: 2 }],
    });
    expect(() => readNcclTests(text.slice(0, 200))).toThrow(/log: expected JSON/);
    expect(() => readNcclTests('{"results": 3}')).toThrow(/log\.results: expected a list/);
  });
});

describe('hostile logs', () => {
  test('times that are none are passed over and counted', () => {
    const rows = ['8 nan 1', '16 -3 1', '32 0 1', '0 4 1', '-8 4 1', '64 7.5 nan', '128 inf 2'];
    const { tables, notes } = readNcclTests(`# columns: bytes time_us time_us_in_place\n${rows.join('\n')}`);
    expect(tables[0]?.rows).toEqual([{ bytes: 64, timeUs: 7.5 }]);
    expect(notes).toEqual([
      { what: 'row whose time is not a number above 0', count: 4, first: 2 },
      { what: 'row whose size is not a whole number of bytes above 0', count: 2, first: 5 },
    ]);
  });

  test('a row that was cut is not half a measurement', () => {
    const cut = LOG.slice(0, LOG.indexOf('1.2e+05') + 3);
    const { tables, notes } = readNcclTests(cut);
    expect(tables[0]?.rows).toEqual(ROWS.slice(0, 2));
    expect(notes).toEqual([{ what: 'row cut short', count: 1, first: 16 }]);
  });

  test.each([
    '',
    '\n\n',
    'no table here',
    '8 2 float sum -1 33.5',
    '# size time\n',
    '[]',
    'null',
    '# size time\n8 nan\n',
  ])('a text without a measurement is refused: %j', (text) => {
    expect(() => readNcclTests(text)).toThrow(ConfigError);
  });

  test('any cut of a log ends in a table or a clear error', () => {
    for (let length = 0; length < LOG.length; length += 7) {
      try {
        const { tables } = readNcclTests(LOG.slice(0, length));
        expect(tables[0]?.rows).toEqual(ROWS.slice(0, tables[0]?.rows.length));
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }
  });

  test('words of logs in any order end in a table or a clear error', () => {
    const words = [
      '#',
      'size',
      'bytes',
      'time',
      'count',
      'type',
      'float',
      'root',
      '-1',
      '8',
      '16',
      '2.5',
      'nan',
      'N/A',
      '1e999',
      '0x10',
      '{',
      '\n',
      '\n',
      '\t',
      'columns:',
      'Rank',
      'on',
      'device',
      '[',
      ']',
      '# ranks: 0',
      '# nodes: 1e9',
      '99999999999999999999',
      '\u0000',
      '\r\n',
    ];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(text, (log) => {
        try {
          for (const { rows, ranks = 1, nodes = 1 } of readNcclTests(log).tables) {
            expect(ranks > 0 && nodes > 0).toBe(true);
            for (const { bytes, timeUs } of rows) expect(bytes > 0 && timeUs > 0 && timeUs < 1e300).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a million lines, and lines of a million characters, take time in proportion', () => {
    const header = '# size count type redop root time algbw busbw #wrong time algbw busbw #wrong\n';
    const row = '  8  2  float  sum  -1  33.50  0.00  0.00  0  32.93  0.00  0.00  0\n';
    const started = performance.now();
    expect(readNcclTests(header + row.repeat(1e6)).tables[0]?.rows).toHaveLength(1e6);
    const long = `${'a '.repeat(5e5)}\n${'#'.repeat(1e6)}\n${'avg'.padEnd(1e6)}latency(us) size`;
    const { tables, notes } = readNcclTests(`${long}\n${header}${row}`);
    expect(tables).toHaveLength(1);
    expect(notes).toEqual([{ what: 'line longer than 2000 characters', count: 3, first: 1 }]);
    // About two seconds on one slow core; anything quadratic would take hours.
    expect(performance.now() - started).toBeLessThan(1_200_000);
  });
});
