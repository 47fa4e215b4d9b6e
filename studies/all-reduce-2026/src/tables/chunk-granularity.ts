import { MIB, twoTiers } from './networks.js';
import { defineStudy, studySpec } from './study.js';
import { factor, sizeName } from './wording.js';

/** Into how many chunks to cut. */
export const chunkGranularity = defineStudy({
  name: 'chunk-granularity',
  about: '8 x 2 NPUs, 1 active chunk, local-bw-aware: 4 to 1024 splits by bandwidth ratio and size',
  axes: { splits: [4, 16, 64, 256, 1024], ratio: [1, 8, 48], sizeMiB: [10, 100, 1000] },
  id: ({ splits, ratio, sizeMiB }) => `ch${splits}_bw${ratio}_msg${sizeMiB}`,
  spec: ({ splits, ratio, sizeMiB }) =>
    studySpec({
      topology: twoTiers(ratio),
      size: sizeMiB * MIB,
      decomposition: 'local-bw-aware',
      splits,
      activeChunks: 1,
    }),
  headline: (measured) => {
    const cells = measured.rows
      .filter(({ splits }) => splits === 4)
      .map(({ ratio, sizeMiB, timeNs }) => {
        const rows = measured.rows.filter((row) => row.ratio === ratio && row.sizeMiB === sizeMiB);
        const best = rows.reduce((least, row) => (row.timeNs < least.timeNs ? row : least));
        return { ratio, sizeMiB, best, cost: measured.at({ splits: 1024, ratio, sizeMiB }).timeNs / timeNs };
      });
    const coarse = cells.filter(({ best }) => best.splits === 4);
    const others = cells
      .filter(({ best }) => best.splits !== 4)
      .map(({ ratio, sizeMiB, best }) => `${best.splits} at ${ratio}:1, ${sizeName(sizeMiB)}`);
    const worst = cells.reduce((most, cell) => (cell.cost > most.cost ? cell : most));
    return (
      `4 splits are fastest in ${coarse.length} of ${cells.length} cells (else ${others.join('; ')}); ` +
      `1024 cost up to ${factor(worst.cost)} at ${worst.ratio}:1, ${sizeName(worst.sizeMiB)}`
    );
  },
});
