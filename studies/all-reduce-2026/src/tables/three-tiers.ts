import { MIB, oneTier, threeTiers, twoTiers } from './networks.js';
import { defineStudy, type StudySpec, studySpec } from './study.js';
import { factor, factorRange, list, sizeName } from './wording.js';

/** Whether a third tier pays. */
export const threeTiersStudy = defineStudy({
  name: 'three-tiers',
  about: '4 splits: a ring of 16 (flat) against 4 x 2 x 2 at 600, 600/r and 600/r^2, baseline and local-bw-aware',
  axes: { sizeMiB: [10, 100, 1000], ratio: [1, 4, 8, 16, 48], network: ['flat', 'base', 'lbw'] },
  id: ({ sizeMiB, ratio, network }) => `${sizeMiB}MB-r${ratio}-${network}`,
  spec: ({ sizeMiB, ratio, network }) =>
    studySpec({
      topology: network === 'flat' ? oneTier() : threeTiers(ratio),
      size: sizeMiB * MIB,
      decomposition: network === 'lbw' ? 'local-bw-aware' : 'baseline',
      splits: 4,
      activeChunks: 1,
    }),
  headline: (measured) => {
    const cells = measured.rows
      .filter(({ network }) => network === 'flat')
      .map(({ sizeMiB, ratio, timeNs }) => {
        const against = (network: 'base' | 'lbw') => measured.at({ sizeMiB, ratio, network }).timeNs / timeNs;
        return { sizeMiB, ratio, base: against('base'), lbw: against('lbw') };
      });
    const faster = cells.filter(({ lbw }) => lbw < 1).map(({ ratio }) => `${ratio}:1`);
    const worst = cells.reduce((most, cell) => (cell.base > most.base ? cell : most));
    return (
      `local-bw-aware beats flat in ${faster.length} of ${cells.length} cells (at ${list([...new Set(faster)])}); ` +
      `baseline takes up to ${factor(worst.base)} its time (${worst.ratio}:1, ${sizeName(worst.sizeMiB)})`
    );
  },
});

interface TierPoint {
  readonly sizeMiB: number;
  readonly ratio: number;
  readonly activeChunks: number;
  readonly network: 'flat' | '2d' | '3d';
}

/** The log's "1000MB" is 1 TiB where it says so here. */
const tierId = ({ sizeMiB, ratio, activeChunks, network }: TierPoint): string =>
  `${sizeMiB === TIB ? 1000 : sizeMiB}MB-r${ratio}-ac${activeChunks}-${network}`;

const TIB = 1_048_576;

function tierSpec({ sizeMiB, ratio, activeChunks, network }: TierPoint, splits: number): StudySpec {
  // The flat ring is a yardstick: it always runs one chunk at a time.
  if (network === 'flat') {
    return studySpec({
      topology: oneTier(),
      size: sizeMiB * MIB,
      decomposition: 'baseline',
      splits,
      activeChunks: 1,
    });
  }
  return studySpec({
    topology: network === '2d' ? twoTiers(ratio) : threeTiers(ratio),
    size: sizeMiB * MIB,
    decomposition: 'local-bw-aware',
    splits,
    activeChunks,
  });
}

const NETWORKS = ['flat', '2d', '3d'] as const;

/** Whether active chunks can make up for slow tiers. */
export const threeTiersRescue = defineStudy({
  name: 'three-tiers-rescue',
  about: '8 splits: active chunks on 8 x 2 (2d) and 4 x 2 x 2 (3d) against a ring of 16 with one (flat)',
  axes: { sizeMiB: [100, TIB], ratio: [1, 4, 8, 16], activeChunks: [1, 2, 4, 8, 16], network: NETWORKS },
  id: tierId,
  spec: (values) => tierSpec(values, 8),
  headline: (measured) => {
    const cells = measured.rows
      .filter(({ network, activeChunks }) => network === 'flat' && activeChunks === 1)
      .map(({ sizeMiB, ratio, timeNs }) => {
        const against = (activeChunks: 1 | 8) =>
          measured.at({ sizeMiB, ratio, activeChunks, network: '3d' }).timeNs / timeNs;
        return { ratio, one: against(1), eight: against(8) };
      });
    const slower = cells.filter(({ one }) => one > 1);
    const rescued = slower.filter(({ eight }) => eight < 1);
    const left = slower.filter(({ eight }) => eight >= 1);
    return (
      `3d is slower than flat in ${slower.length} of ${cells.length} cells; 8 active chunks (against one in flat) ` +
      `make it faster in ${rescued.length} of them, at ${list([...new Set(left.map(({ ratio }) => ratio))])}:1 it still takes ` +
      factorRange(left.map(({ eight }) => eight))
    );
  },
});

/** Three tiers against two of equal bandwidth. */
export const threeVersusTwo = defineStudy({
  name: 'three-vs-two',
  about: '8 splits at 1:1: active chunks from 1 to 16 on 8 x 2 (2d) and 4 x 2 x 2 (3d)',
  axes: {
    sizeMiB: [100, TIB],
    ratio: [1],
    activeChunks: [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16],
    network: NETWORKS,
  },
  id: tierId,
  spec: (values) => tierSpec(values, 8),
  headline: (measured) => {
    const parts = ([100, TIB] as const).map((sizeMiB) => {
      const rows = measured.rows.filter((row) => row.sizeMiB === sizeMiB && row.network === '3d');
      const end = rows.findIndex(({ activeChunks, timeNs, ratio }) => {
        return timeNs >= measured.at({ sizeMiB, ratio, activeChunks, network: '2d' }).timeNs;
      });
      return `${rows[end - 1]?.activeChunks} active chunks at ${sizeName(sizeMiB)}`;
    });
    return `3d is faster than 2d up to ${parts.join(' and up to ')}, not beyond`;
  },
});

/** The same with fewer splits and steeper ratios. */
export const threeTiersActiveChunks = defineStudy({
  name: 'three-tiers-active-chunks',
  about: '4 splits: 1, 2 and 4 active chunks on 8 x 2 (2d) and 4 x 2 x 2 (3d) against a ring of 16 with one (flat)',
  axes: { sizeMiB: [100, 1000], ratio: [1, 4, 8, 48], activeChunks: [1, 2, 4], network: NETWORKS },
  id: tierId,
  spec: (values) => tierSpec(values, 4),
  headline: (measured) => {
    const faster = (network: '2d' | '3d', activeChunks: 1 | 4) =>
      measured.rows.filter((row) => {
        const { sizeMiB, ratio } = row;
        if (row.network !== network || row.activeChunks !== activeChunks) return false;
        return row.timeNs < measured.at({ sizeMiB, ratio, activeChunks, network: 'flat' }).timeNs;
      }).length;
    const cells = measured.rows.filter(({ network, activeChunks }) => network === 'flat' && activeChunks === 1).length;
    return (
      `of ${cells} cells, 2d beats flat in ${faster('2d', 1)} with 1 active chunk and ${faster('2d', 4)} with 4; ` +
      `3d in ${faster('3d', 1)} and ${faster('3d', 4)}`
    );
  },
});
