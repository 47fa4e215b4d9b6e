import { MIB, oneTier, twoTiers } from './networks.js';
import { defineStudy, studySpec } from './study.js';
import { factor, factorRange } from './wording.js';

const PUBLISHED_SHAPES: readonly string[] = ['8x8', '4x16', '16x4'];

/** Which way round a rectangle of NPUs should lie. */
export const asymmetricTopology = defineStudy({
  name: 'asymmetric-topology',
  about: '64 NPUs as 8 x 8, 4 x 16 and 16 x 4, 64 splits, local-bw-aware: by bandwidth ratio and size',
  axes: { shape: PUBLISHED_SHAPES, ratio: [8, 48], sizeMiB: [10, 100, 1000] },
  beyond: { shape: ['6x11', '7x9', '3x21'] },
  id: ({ shape, ratio, sizeMiB }) => {
    const [fast, slow] = sides(shape);
    return `${shape}_${fast > slow ? 'inv' : 'bal'}_bw${ratio}_msg${sizeMiB}`;
  },
  spec: ({ shape, ratio, sizeMiB }) =>
    studySpec({
      topology: twoTiers(ratio, ...sides(shape)),
      size: sizeMiB * MIB,
      decomposition: 'local-bw-aware',
      splits: 64,
      activeChunks: 1,
    }),
  headline: (measured) => {
    const columns = measured.rows.filter(({ shape }) => shape === '16x4');
    const against = (shape: string) =>
      columns.map(({ ratio, sizeMiB, timeNs }) => measured.at({ shape, ratio, sizeMiB }).timeNs / timeNs);
    const others = ['8x8', '4x16', '6x11', '7x9', '3x21'].map((shape) => `${shape} ${factorRange(against(shape))}`);
    return `time of 16x4, the shape with fewest NPUs on the slow dimension, is 1; the others: ${others.join(', ')}`;
  },
});

/** `"4x16"`: NPUs on the fast and on the slow dimension. */
function sides(shape: string): [fast: number, slow: number] {
  const [fast = 1, slow = 1] = shape.split('x').map(Number);
  return [fast, slow];
}

/** From which bandwidth ratio on two tiers lose to one. */
export const bandwidthCrossover = defineStudy({
  name: 'bandwidth-crossover',
  about: '1 MiB in 4 splits: a ring of 16 (flat) against 8 x 2, baseline and local-bw-aware, by bandwidth ratio',
  axes: { ratio: [5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 12, 24, 48], network: ['flat', 'base', 'lbw'] },
  id: ({ ratio, network }) => `${network}-${ratio.toFixed(1)}`,
  spec: ({ ratio, network }) =>
    studySpec({
      topology: network === 'flat' ? oneTier() : twoTiers(ratio),
      size: MIB,
      decomposition: network === 'lbw' ? 'local-bw-aware' : 'baseline',
      splits: 4,
      activeChunks: 1,
    }),
  headline: (measured) => {
    const cells = measured.rows
      .filter(({ network }) => network === 'flat')
      .map(({ ratio, timeNs }) => {
        const [base, lbw] = (['base', 'lbw'] as const).map(
          (network) => measured.at({ ratio, network }).timeNs / timeNs,
        );
        return { ratio, base: base as number, lbw: lbw as number };
      });
    const lastGood = cells.findLast(({ base }) => base < 1);
    const firstBad = cells.find(({ base }) => base > 1);
    return (
      `baseline is faster than flat up to ${lastGood?.ratio}:1 and slower from ${firstBad?.ratio}:1 ` +
      `(${factor(firstBad?.base ?? 1)} its time); local-bw-aware takes ${factorRange(cells.map(({ lbw }) => lbw))} throughout`
    );
  },
});
