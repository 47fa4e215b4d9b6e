import { describe, expect, it } from 'vitest';
import { readMsccl } from '../../src/formats/msccl/read-msccl.js';
import { writeMsccl } from '../../src/formats/msccl/write-msccl.js';
import { simulateCollective } from '../../src/simulate.js';
import { blocksOf } from '../../src/synthesis/blocks.js';
import { synthesise } from '../../src/synthesis/portfolio/portfolio.js';
import { toStepProgram } from '../../src/synthesis/to-program.js';
import { type CompareRow, graphOfRow } from '../support/compare-rows.js';
import { goldenRows, ownRows } from '../support/golden-folder.js';

/** Quick schedules do: it is about what becomes of them in a file. */
const EFFORT = 0.05;
const SMALL = 2 ** 20;

describe('synthesised schedules in MSCCL files', () => {
  const rows = goldenRows<CompareRow>('compare').filter(({ bytes }) => bytes < SMALL);

  it('has networks to try, unless it is given others', () => {
    expect(rows.length > 0 || !ownRows).toBe(true);
  });

  for (const row of rows) {
    it(`${row.graph}, ${row.bytes} bytes: play in the same time when they are read again`, () => {
      const graph = graphOfRow(row);
      for (const collective of ['all-gather', 'all-reduce'] as const) {
        const size = collective === 'all-gather' ? Math.floor(row.bytes / graph.npus) : row.bytes;
        // A thread block takes one message after the other, so a delay per message could add up there.
        const machine = { topology: graph, network: 'congestion-aware', endpointDelay: 0 } as const;
        const spec = { ...machine, collective, size };
        for (const { name, schedule } of synthesise(graph, collective, { bytes: row.bytes, effort: EFFORT })) {
          const program = toStepProgram(schedule, graph.npus, collective);
          const again = readMsccl(writeMsccl(program, { collective }), '', { keepsLinks: true });
          const [written, read] = [program, again.program].map((one) => simulateCollective({ ...spec, program: one }));
          const { count, even } = blocksOf(schedule, graph.npus, collective);
          // A file has chunks of one size only: there is none for chunks that differ, or that are no whole bytes.
          const isSayable = even && row.bytes % count === 0;
          if (isSayable) expect(read?.timeNs, name).toBe(written?.timeNs);
          else
            console.log(
              `${row.graph} ${collective} ${name}: ${count} chunks, ${written?.timeNs} to ${read?.timeNs} ns`,
            );
        }
      }
    });
  }
});
