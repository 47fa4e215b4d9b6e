import { MIB, oneTier, twoTiers } from './networks.js';
import { defineStudy, studySpec } from './study.js';
import { factor, factorRange, list, sizeName } from './wording.js';

/** How much is gained by letting more chunks be under way at once. */
export const activeChunks = defineStudy({
  name: 'active-chunks',
  about: '8 x 2 NPUs, 64 splits, local-bw-aware: active chunks by bandwidth ratio and size',
  axes: { activeChunks: [1, 2, 4, 8], ratio: [1, 8, 48], sizeMiB: [1, 100, 1000] },
  id: ({ activeChunks, ratio, sizeMiB }) => `ac${activeChunks}_bw${ratio}_msg${sizeMiB}`,
  spec: ({ activeChunks, ratio, sizeMiB }) =>
    studySpec({
      topology: twoTiers(ratio),
      size: sizeMiB * MIB,
      decomposition: 'local-bw-aware',
      splits: 64,
      activeChunks,
    }),
  headline: (measured) => {
    const one = measured.rows.filter((row) => row.activeChunks === 1);
    const gains = one.map((row) => {
      const eight = measured.at({ activeChunks: 8, ratio: row.ratio, sizeMiB: row.sizeMiB });
      return { row, eight, gain: row.timeNs / eight.timeNs };
    });
    const busbw = gains
      .filter(({ row }) => (row.ratio === 1 && row.sizeMiB === 1) || (row.ratio === 48 && row.sizeMiB === 100))
      .map(({ row, eight }) => {
        const [from, to] = [row, eight].map(({ busbwGBps }) => busbwGBps.toFixed(1));
        return `${from} to ${to} GB/s at ${row.ratio}:1, ${sizeName(row.sizeMiB)}`;
      });
    return `${factorRange(gains.map(({ gain }) => gain))} faster with 8 active chunks than with 1 (busbw ${busbw.join('; ')})`;
  },
});

const SATURATION_NETWORKS = {
  flat: { name: 'on the ring of 16', topology: oneTier() },
  hier1: { name: 'on 8 x 2 at 1:1', topology: twoTiers(1) },
  hier48: { name: 'at 48:1', topology: twoTiers(48) },
};

/** Where more active chunks stop to help. */
export const activeChunksSaturation = defineStudy({
  name: 'active-chunks-saturation',
  about: '1 MiB in 4 splits: active chunks up to 32 on a ring of 16 (flat) and on 8 x 2 at 1:1 and 48:1',
  axes: { activeChunks: [1, 2, 4, 8, 16, 32], network: ['flat', 'hier1', 'hier48'] },
  id: ({ activeChunks, network }) => `${network}-${activeChunks}`,
  spec: ({ activeChunks, network }) =>
    studySpec({
      topology: SATURATION_NETWORKS[network].topology,
      size: MIB,
      decomposition: network === 'flat' ? 'baseline' : 'local-bw-aware',
      splits: 4,
      activeChunks,
    }),
  headline: (measured) => {
    const limits = (['flat', 'hier1', 'hier48'] as const).map((network) => {
      const rows = measured.rows.filter((row) => row.network === network);
      const best = Math.min(...rows.map(({ timeNs }) => timeNs));
      const first = rows.find(({ timeNs }) => timeNs === best)?.activeChunks;
      return { network, first, gain: measured.at({ activeChunks: 1, network }).timeNs / best };
    });
    const from = list([...new Set(limits.map(({ first }) => first ?? 0))]);
    const gains = limits.map(({ network, gain }) => `${factor(gain)} ${SATURATION_NETWORKS[network].name}`);
    return `nothing is gained beyond ${from} active chunks, the number of splits; up to there ${gains.join(', ')}`;
  },
});

const POWERS = [1, 2, 4, 8, 16] as const;

/** Which of the two knobs governs. */
export const activeChunksBySplits = defineStudy({
  name: 'active-chunks-x-splits',
  about: 'ring of 16, 1 MiB: every pair of splits and active chunks from 1 to 16',
  axes: { splits: POWERS, activeChunks: POWERS },
  id: ({ splits, activeChunks }) => `s${splits}-ac${activeChunks}`,
  spec: ({ splits, activeChunks }) =>
    studySpec({ topology: oneTier(), size: MIB, decomposition: 'baseline', splits, activeChunks }),
  headline: (measured) => {
    const steps = POWERS.flatMap((splits) =>
      POWERS.slice(1).map((more, i) => {
        const time = (activeChunks: (typeof POWERS)[number]) => measured.at({ splits, activeChunks }).timeNs;
        return { within: more <= splits, gain: time(POWERS[i] as (typeof POWERS)[number]) / time(more) };
      }),
    );
    const within = steps.filter((step) => step.within);
    const beyond = steps.filter((step) => !step.within);
    const halved = within.filter(({ gain }) => gain === 2).length;
    const unchanged = beyond.filter(({ gain }) => gain === 1).length;
    return (
      'min(active chunks, splits) governs: a doubling up to the splits halves the time exactly ' +
      `(${halved} of ${within.length} steps), one beyond changes nothing (${unchanged} of ${beyond.length})`
    );
  },
});

/** What too few active chunks cost. */
export const underProvisioning = defineStudy({
  name: 'under-provisioning',
  about: '8 x 2 NPUs at 8:1, 8 splits, local-bw-aware: active chunks below, at and above the number of splits',
  axes: { sizeMiB: [1, 100, 1000], activeChunks: [1, 2, 4, 8, 16] },
  id: ({ sizeMiB, activeChunks }) => `${sizeMiB}MB-ac${activeChunks}`,
  spec: ({ sizeMiB, activeChunks }) =>
    studySpec({
      topology: twoTiers(8),
      size: sizeMiB * MIB,
      decomposition: 'local-bw-aware',
      splits: 8,
      activeChunks,
    }),
  headline: (measured) => {
    const sizes = [1, 100, 1000] as const;
    const costs = ([1, 2, 4] as const).map((few) => {
      const ratios = sizes.map((sizeMiB) => {
        const enough = measured.at({ sizeMiB, activeChunks: 8 }).timeNs;
        return measured.at({ sizeMiB, activeChunks: few }).timeNs / enough;
      });
      return `${factorRange(ratios)} with ${few}`;
    });
    const same = sizes.filter(
      (sizeMiB) =>
        measured.at({ sizeMiB, activeChunks: 8 }).timeNs === measured.at({ sizeMiB, activeChunks: 16 }).timeNs,
    );
    return `time against 8 active chunks: ${costs.join(', ')}; 16 equal 8 in ${same.length} of ${sizes.length} sizes`;
  },
});
