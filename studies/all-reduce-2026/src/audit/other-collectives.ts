import type { Collective } from 'astra-sim-ts';
import { sizeName } from '../tables/wording.js';
import { chargedCells, countSlower } from './charging.js';
import { type AuditPart, about } from './finding.js';

const AXES = { ratios: [1, 4, 8, 16, 48], sizesMiB: [1, 10, 100, 1000] } as const;
const COLLECTIVES: readonly Collective[] = ['reduce-scatter', 'all-gather', 'all-to-all'];

export interface OtherCollectivesOptions {
  /** NPU counts of the congestion-aware runs; an all-to-all by ring has n(n-1)/2 sends and is run with the first only. */
  readonly npus: readonly number[];
  readonly onProgress?: (text: string) => void;
}

function npusOf(collective: Collective, npus: readonly number[]): readonly number[] {
  return collective === 'all-to-all' ? npus.slice(0, 1) : npus;
}

/** Congestion-aware cells, each a call of `onProgress`. */
export function otherCollectivesSteps(npus: readonly number[]): number {
  const counts = COLLECTIVES.flatMap((collective) => npusOf(collective, npus));
  return counts.length * AXES.ratios.length * AXES.sizesMiB.length;
}

/** H17: whether the anti-benefit extends to other collectives. */
export function auditOtherCollectives({ npus, onProgress }: OtherCollectivesOptions): AuditPart {
  const tables = COLLECTIVES.map((collective) => {
    const log = chargedCells({ ...AXES, charging: 'log', collective, npus: [16, 64, 256] });
    const aware = chargedCells({
      ...{ ...AXES, charging: 'congestion-aware', collective },
      npus: npusOf(collective, npus),
      onCell: () => onProgress?.(`${collective}, congestion-aware links`),
    });
    return { collective, log, aware };
  });
  const told = tables.map(({ collective, log, aware }) => {
    const published = countSlower(log);
    const real = countSlower(aware);
    const { ratio, npus: count, sizeMiB, baseline } = published.worst;
    return (
      `${collective}: ${published.slower} of ${published.cells} cells, worst ${about(baseline)}x at ${ratio}:1, N=${count}, ` +
      `${sizeName(sizeMiB)}; congestion-aware ${real.slower} of ${real.cells}, worst ${about(real.worst.baseline)}x`
    );
  });
  return {
    findings: [
      {
        ...{ id: 'H17', title: 'Does the anti-benefit extend to other collectives?' },
        ...{ claimed: 'Queued in the log without an answer.', found: `${told.join('. ')}.`, verdict: 'answered' },
        why:
          'In the published model hardly: a reduce-scatter shrinks its data on the way up and an all-gather grows them only in the ' +
          'last, fastest dimension, so few bytes meet the slow one; and there is no decomposition to choose. On links with contention ' +
          'none of them loses. Buffers are equal in total: an all-gather enters with 1/N of the size.',
        ...{ command: 'npm run study -- --report report', figures: [], tables: ['other-collectives'] },
      },
    ],
    tables: [
      {
        name: 'other-collectives',
        about: 'hierarchical (ring in both dimensions) over flat ring, by collective and network model',
        rows: tables.flatMap(({ log, aware }) =>
          [...log, ...aware].map((cell) => ({
            ...{ collective: cell.collective, charging: cell.charging, ratio: cell.ratio, npus: cell.npus },
            ...{
              size_MiB: cell.sizeMiB,
              flat_ns: cell.flatNs,
              hierarchical_ns: cell.baselineNs,
              time_ratio: cell.baseline,
            },
          })),
        ),
      },
    ],
    figures: [],
  };
}
