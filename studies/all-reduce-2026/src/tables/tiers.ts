import { MIB, oneTier, threeTiers, twoTiers } from './networks.js';
import { defineStudy, studySpec } from './study.js';
import { list, sizeName } from './wording.js';

/** The log's labels of sizes that are really these many MiB. */
const LABELS = { 100: '1MB', 10485760: '100MB', 104857600: '1000MB' } as const;

const TOPOLOGIES = {
  1: () => oneTier(),
  2: (ratio: number) => twoTiers(ratio),
  3: (ratio: number) => threeTiers(ratio),
} as const;

/** Another tier, or more active chunks? */
export const tiersVersusActiveChunks = defineStudy({
  name: 'tiers-vs-active-chunks',
  about: '16 NPUs, 8 splits: a ring of 16 (1-D), 8 x 2 (2-D) and 4 x 2 x 2 (3-D), each with more active chunks',
  axes: {
    sizeMiB: [100, 10_485_760, 104_857_600],
    ratio: [1, 2, 4, 8],
    tiers: [1, 2, 3],
    activeChunks: [1, 2, 3, 4, 8],
  },
  where: ({ tiers, activeChunks }) => tiers === 1 || activeChunks <= 2 || (tiers === 2 && activeChunks === 4),
  id: ({ sizeMiB, ratio, tiers, activeChunks }) => `${LABELS[sizeMiB]}-r${ratio}-${tiers}D-ac${activeChunks}`,
  spec: ({ sizeMiB, ratio, tiers, activeChunks }) =>
    studySpec({
      topology: TOPOLOGIES[tiers](ratio),
      size: sizeMiB * MIB,
      decomposition: tiers === 1 ? 'baseline' : 'local-bw-aware',
      splits: 8,
      activeChunks,
    }),
  headline: (measured) => {
    const sizeMiB = 104_857_600;
    const ratios = [1, 2, 4, 8] as const;
    /** Per cent by which a network is faster than 1-D, both with one active chunk. */
    const gain = (tiers: 2 | 3, ratio: (typeof ratios)[number]) => {
      const [one, more] = [1 as const, tiers].map((dimensions) => {
        return measured.at({ sizeMiB, ratio, tiers: dimensions, activeChunks: 1 }).timeNs;
      }) as [number, number];
      return ((one / more - 1) * 100).toFixed(1);
    };
    const twice = [...new Set(ratios.map((ratio) => gain(2, ratio)))];
    const thrice = ratios.map((ratio) => gain(3, ratio));
    return (
      `with 1 active chunk and ${sizeName(sizeMiB)}, 2-D is ${list(twice)} % faster than 1-D at every ratio up to 8:1; ` +
      `3-D ${list(thrice)} % at ${list(ratios)}:1`
    );
  },
});
