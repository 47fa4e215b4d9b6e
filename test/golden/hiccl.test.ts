import { describe, expect, it } from 'vitest';
import { compose, elementsPerRound } from '../../src/synthesis/hiccl/compose.js';
import { verbsOf } from '../../src/synthesis/hiccl/verbs.js';
import type { ScheduledCollective } from '../../src/synthesis/schedule-check.js';
import { goldenRows } from '../support/golden-folder.js';

interface HicclRow {
  readonly pattern: string;
  readonly npus: number;
  readonly hierarchy: readonly number[];
  readonly libraries: readonly string[];
  readonly numstripe: number;
  readonly ringnodes: number;
  readonly pipedepth: number;
  readonly count: number;
  readonly rounds: number;
  readonly messages: number;
  readonly selfMessages: number;
  readonly reductions: number;
  readonly elementsPerRoundAndLibrary: readonly Readonly<Record<string, number>>[];
  /** Round, library, from, to, elements. */
  readonly sends?: readonly (readonly [number, string, number, number, number])[];
}

const COLLECTIVES: Readonly<Record<string, ScheduledCollective>> = {
  broadcast: 'broadcast',
  reduce: 'reduce',
  allgather: 'all-gather',
  reducescatter: 'reduce-scatter',
  allreduce: 'all-reduce',
  alltoall: 'all-to-all',
  gather: 'gather',
  scatter: 'scatter',
};

describe('the lowering of HiCCL', () => {
  const rows = goldenRows<HicclRow>('hiccl-lowering');

  it(`has the rounds, volumes and messages of the original (${rows.length} rows)`, () => {
    for (const row of rows) {
      const { hierarchy, libraries, numstripe: stripe, ringnodes: ring, pipedepth: pipeline } = row;
      const verbs = verbsOf(COLLECTIVES[row.pattern] as ScheduledCollective, row.npus, row.count);
      const made = compose(verbs, { hierarchy, libraries, stripe, ring, pipeline });
      const name = JSON.stringify([row.pattern, row.npus, hierarchy, stripe, ring, pipeline]);
      expect(made.rounds, name).toBe(row.rounds);
      const volumes = elementsPerRound(made).map((round) => Object.fromEntries(round));
      expect(volumes, name).toEqual(row.elementsPerRoundAndLibrary);
      expect(made.round.length, name).toBe(row.messages);
      expect(made.from.filter((from, i) => from === made.to[i]).length, name).toBe(row.selfMessages);
      expect(made.reductions, name).toBe(row.reductions);
      if (row.sends === undefined) continue;
      const sends = Array.from(made.round, (round, i) => [
        round,
        libraries[made.library[i] as number],
        made.from[i],
        made.to[i],
        made.chunkElements[made.chunk[i] as number],
      ]);
      expect(sends.map(String).sort(), name).toEqual(row.sends.map(String).sort());
    }
  });
});
