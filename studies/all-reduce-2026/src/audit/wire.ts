import { type Collective, simulateCollective } from 'astra-sim-ts';
import type { Scalar } from '../tables/grid.js';
import { STUDIES } from '../tables/studies.js';

/** A published point against the physical limit of its plan. */
export interface WirePoint {
  readonly study: string;
  readonly id: string;
  readonly variables: Readonly<Record<string, Scalar>>;
  readonly timeNs: number;
  readonly planNs: number;
  /** planNs / timeNs: above 1, so many times faster than its links can carry its bytes. */
  readonly beyond: number;
}

/** Every point of the study with its plan bound. */
export function wirePoints(): WirePoint[] {
  return STUDIES.flatMap((study) =>
    study.points().map(({ id, variables, spec }) => {
      const { timeNs, bounds } = simulateCollective(spec);
      return { study: study.name, id, variables, timeNs, planNs: bounds.planNs, beyond: bounds.planNs / timeNs };
    }),
  );
}

/** Active chunks on one network, both models. */
export interface ActiveChunksPoint {
  readonly network: string;
  readonly activeChunks: number;
  readonly unawareNs: number;
  readonly awareNs: number;
  readonly planNs: number;
  readonly unawareBusbwGBps: number;
  readonly awareBusbwGBps: number;
}

interface ActiveChunksCase {
  readonly name: string;
  readonly topology: string;
  readonly size: number;
  readonly splits: number;
}

const MIB = 2 ** 20;

/** The example of a wire one can check by hand, and the two networks of which the log quotes bandwidths. */
export const ACTIVE_CHUNKS_CASES: readonly ActiveChunksCase[] = [
  { name: 'ring of 16 at 50 GiB/s, 100 MB, 8 splits', topology: 'ring(16, 50 GiB/s, 500 ns)', size: 1e8, splits: 8 },
  {
    name: '8 x 2 at 1:1, 1 MiB, 64 splits',
    topology: 'ring(8, 600 GiB/s, 500 ns) x ring(2, 600 GiB/s, 2 us)',
    ...{ size: MIB, splits: 64 },
  },
  {
    name: '8 x 2 at 48:1, 100 MiB, 64 splits',
    topology: 'ring(8, 600 GiB/s, 500 ns) x ring(2, 12.5 GiB/s, 2 us)',
    ...{ size: 100 * MIB, splits: 64 },
  },
];

/** 1 to 16 active chunks, congestion-unaware and congestion-aware. */
export function activeChunksOnTheWire(): ActiveChunksPoint[] {
  return ACTIVE_CHUNKS_CASES.flatMap(({ name, topology, size, splits }) =>
    [1, 2, 4, 8, 16].map((activeChunks) => {
      const spec = { collective: 'all-reduce' as Collective, topology, size, splits, activeChunks };
      const unaware = simulateCollective(spec);
      const aware = simulateCollective({ ...spec, network: 'congestion-aware' });
      return {
        ...{ network: name, activeChunks, unawareNs: unaware.timeNs, awareNs: aware.timeNs },
        planNs: aware.bounds.planNs,
        unawareBusbwGBps: unaware.busbwGBps,
        awareBusbwGBps: aware.busbwGBps,
      };
    }),
  );
}
