import { describe, expect, test } from 'vitest';
import { withBlockBytes } from '../../src/collectives/sized-program.js';
import { COMPUTE, COPY, RECEIVE, REDUCE, SEND, type StepProgram } from '../../src/collectives/step-program.js';
import { verify } from '../../src/collectives/verify/verify.js';
import { readMsccl } from '../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../src/formats/msccl/write-msccl.js';
import { ConfigError } from '../../src/index.js';
import { playGiven } from '../support/given-program.js';
import { goldenRows, goldenText, ownRows } from '../support/golden-folder.js';

/** A file, by which generator it was made, and what an importer has to make of it. */
interface Row {
  readonly file: string;
  readonly expect: string;
  readonly name: string;
  readonly coll: string;
  readonly ngpus: number;
  readonly chunksSent: number;
  readonly chunksReceived: number;
  readonly [time: `productFinishNs-${string}`]: number | undefined;
}

const rows = goldenRows<Row>('msccl-xml');
const files = rows.flatMap((row) => {
  const text = goldenText(`msccl/${row.file}`);
  return text === undefined ? [] : [{ row, text }];
});
console.log(`golden msccl: ${files.length} files of ${rows.length} rows`);

test('the files are there', () => {
  if (ownRows) expect(files.length).toBe(58);
});

const COLLECTIVES: Readonly<Record<string, string | undefined>> = {
  allreduce: 'all-reduce',
  allgather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  alltoall: 'all-to-all',
};

/** Blocks that all steps of a kind move. */
function moved({ does, bytes }: StepProgram, what: number): number {
  return bytes.reduce((sum, size, step) => (does[step] === what ? sum + size : sum), 0);
}

/** As a set of traces says it: no end-point delay, and 1 ns for everything that a rank does itself. */
function asTraces(program: StepProgram): StepProgram {
  const does = program.does.map((what) => (what === REDUCE || what === COPY ? COMPUTE : what));
  return { ...program, does, ns: new Float64Array(does.length).fill(1), paysEndpoint: false };
}

describe.each(files.map(({ row, text }) => [row.file, row, text] as const))('%s', (file, row, text) => {
  if (row.expect.startsWith('reject')) {
    test('is refused, saying which block is wrong', () => {
      expect(() => readMsccl(text, file)).toThrow(ConfigError);
      const told = ownRows ? /rank 0, block 0 of the output: expected the sum of block 0 of/ : /: expected .+, got .+/;
      expect(() => readMsccl(text, file)).toThrow(told);
    });
    return;
  }

  test('is read and verified, and comes out of the writer as it was', () => {
    const { program, collective, name, notes } = readMsccl(text, file);
    expect([name, program.ranks, collective]).toEqual([row.name, row.ngpus, COLLECTIVES[row.coll]]);
    expect(moved(program, SEND)).toBe(row.chunksSent);
    expect(moved(program, RECEIVE)).toBe(row.chunksReceived);
    expect(verify(program, collective)).toEqual([]);
    expect(notes.includes('coll="custom": claim not checked')).toBe(row.coll === 'custom');
    expect(readMsccl(writeMsccl(program, { name, collective }), file).program).toEqual(program);
  });

  test.each(['congestion-unaware', 'congestion-aware'] as const)('is played, %s', (network) => {
    const { program } = readMsccl(text, file);
    const size = 64 * 2 ** 20;
    const { blocks = 1 } = program.cargo ?? {};
    const bandwidth = (50 * 2 ** 30) / 1e9;
    const dimension = { kind: 'fully-connected', npus: row.ngpus, bandwidth, latency: 500 } as const;
    const sized = withBlockBytes(program, Math.ceil(size / blocks));
    const { finishNs, messages } = playGiven(sized, { dimensions: [dimension], network });
    expect(messages).toBe(program.does.filter((what) => what === SEND).length);
    expect(Math.min(...finishNs)).toBeGreaterThanOrEqual(0);
    // The rows' times come from traces, in which a reduction or a copy takes no less than 1 ns.
    const told = row[`productFinishNs-${network}-fullyConnected-50GiBps-500ns-64MiB`];
    if (told === undefined) return;
    const traced = playGiven(asTraces(sized), { dimensions: [dimension], network });
    expect(Math.max(...traced.finishNs)).toBe(told);
    expect(Math.max(...finishNs)).toBeLessThanOrEqual(told);
  });
});
