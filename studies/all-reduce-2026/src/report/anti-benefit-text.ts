import { formatBytes } from 'astra-sim-ts';
import type { AntiBenefit, AntiBenefitCell } from '../tables/anti-benefit.js';
import { columns, wrap } from './table.js';

const WIDTH = 110;

/** What the log says, to set beside what was found. */
const CLAIMED = { cells: 60, slower: 19, worst: '15.2', rescued: 16 };

/** Claims 1 to 3: the table of ratios, and each claim with what our run says of it. */
export function antiBenefitLines(found: AntiBenefit): string[] {
  return [
    'Anti-benefit: time of the hierarchical all-reduce (ring_ring, baseline) divided by that of one flat ring',
    'over all NPUs (oneRing), by size, NPUs and bandwidth ratio. Above 1 the hierarchy is slower: * where',
    'local-bw-aware is faster than flat all the same, ! where it is slower too.',
    '',
    ...grid(found),
    '',
    ...claims(found).flatMap((claim) => wrap(claim, WIDTH, '', '   ')),
  ];
}

function grid({ cells }: AntiBenefit): string[] {
  const ratios = [...new Set(cells.map(({ ratio }) => ratio))];
  const rows = cells
    .filter(({ ratio }) => ratio === ratios[0])
    .map(({ sizeMiB, npus }) => [
      sizeName(sizeMiB),
      `N=${npus}`,
      ...ratios.map((ratio) => {
        const cell = cells.find((one) => one.ratio === ratio && one.npus === npus && one.sizeMiB === sizeMiB);
        return cell === undefined ? '' : entry(cell);
      }),
    ]);
  return columns([['size', 'NPUs', ...ratios.map((ratio) => `${ratio}:1 `)], ...rows], [1]);
}

function entry({ baseline, localBwAware }: AntiBenefitCell): string {
  const mark = baseline <= 1 ? ' ' : localBwAware < 1 ? '*' : '!';
  return baseline.toFixed(2) + mark;
}

function claims({ cells, slower, worst, rescued, boundary, preRegistered, flatIgnoresRatio }: AntiBenefit): string[] {
  const { inside, insideSlower, outsideSlower } = boundary;
  const same = (...pairs: (readonly [unknown, unknown])[]) =>
    pairs.every(([claimed, here]) => claimed === here) ? 'confirmed' : 'not confirmed';
  const sharp = insideSlower === inside && outsideSlower.length === 0;
  const refuted = preRegistered.baseline < 1.1;
  return [
    `1. "Slower than flat in ${CLAIMED.slower} of ${CLAIMED.cells} cells, worst ${CLAIMED.worst}x": here ${slower.length} of ` +
      `${cells.length}, worst ${worst.baseline.toFixed(1)}x at ${place(worst)}: ` +
      `${same([CLAIMED.slower, slower.length], [CLAIMED.cells, cells.length], [CLAIMED.worst, worst.baseline.toFixed(1)])}.`,
    `2. "localBWAware rescues ${CLAIMED.rescued} of the ${CLAIMED.slower}": here ${rescued.length} of ${slower.length}: ` +
      `${same([CLAIMED.rescued, rescued.length], [CLAIMED.slower, slower.length])}.`,
    `3. "The boundary lies at 8:1 and 100 MiB": of the ${inside} cells at or beyond it ${insideSlower} are slower, and ` +
      `${outsideSlower.length} lie outside (${outsideSlower.map(place).join('; ')}): ${sharp ? 'confirmed' : 'corrected'}. ` +
      `The test registered beforehand (${place(preRegistered)}, at least 10 % slower) gives ` +
      `${preRegistered.baseline.toFixed(2)}x: ${refuted ? 'refuted, as the log says' : 'not refuted'}.`,
    ...(flatIgnoresRatio
      ? [
          'Note: the flat ring takes the same time at every ratio. In this model it never pays for the slow ' +
            'dimension that its messages cross, so these ratios compare with a network that is not there.',
        ]
      : []),
  ];
}

function place({ ratio, npus, sizeMiB }: AntiBenefitCell): string {
  return `${ratio}:1, N=${npus}, ${sizeName(sizeMiB)}`;
}

function sizeName(sizeMiB: number): string {
  return formatBytes(sizeMiB * 2 ** 20);
}
