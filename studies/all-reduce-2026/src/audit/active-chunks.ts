import { curveChart } from '../report/curve-charts.js';
import type { StudyReport } from '../tables/run-study.js';
import { type AuditPart, about, same } from './finding.js';
import { activeChunksOnTheWire, type WirePoint, wirePoints } from './wire.js';

const MIB = 2 ** 20;

/** Claims 4 and 5: active chunks, with what the wire allows. */
export function auditActiveChunks(table: StudyReport, grid: StudyReport): AuditPart {
  const onWire = activeChunksOnTheWire();
  const points = wirePoints();
  const beyond = points.filter((point) => point.beyond > 1);
  const most = beyond.reduce((worst, point) => (point.beyond > worst.beyond ? point : worst));
  const own = points.filter(({ study }) => study === 'active-chunks');
  const ownBeyond = own.filter((point) => point.beyond > 1);
  const at = (id: string) => table.points.find((point) => point.id === id)?.timeNs as number;
  const gains = table.points
    .filter(({ variables }) => variables['activeChunks'] === 1)
    .map(({ id, timeNs }) => timeNs / at(id.replace('ac1_', 'ac8_')));
  /** The two formulas that could be behind the log's "EBU", GB/s. */
  const busbw = (id: string, mib: number) => about((1.875 * mib * MIB) / at(id), 1);
  const ebu = (id: string, mib: number) => about((2 * mib * 1e6) / at(id), 1);
  const quoted = [
    ['ac1_bw1_msg1', 1, '4.3'],
    ['ac8_bw1_msg1', 1, '34.0'],
    ['ac1_bw48_msg100', 100, '155.9'],
    ['ac8_bw48_msg100', 100, '1155.7'],
  ] as const;
  const isBusbw = quoted.every(([id, mib, value]) => busbw(id, mib) === value);
  const first = onWire.slice(0, 5);
  const low = about(Math.min(...gains), 1);
  const high = about(Math.max(...gains), 1);
  return {
    findings: [
      {
        ...{ id: 'claim-4', title: 'Active chunks as a hidden eightfold knob' },
        claimed:
          'active-chunks scales 7.4-8.0x to 8 with no saturation: 4.3 -> 34.0 GB/s (1:1, 1 MiB), 155.9 -> 1155.7 GB/s (48:1, 100 MiB).',
        found:
          `${low}-${high}x, ${quoted.map(([id, mib]) => busbw(id, mib)).join(', ')} GB/s: the arithmetic holds. These are ` +
          `${isBusbw ? 'busbw as nccl-tests defines it, 2(n-1)/n bytes/ns with MiB' : 'not busbw'}; 2 S_MB 1e6/ns would give ` +
          `${quoted.map(([id, mib]) => ebu(id, mib)).join(', ')}. But ${ownBeyond.length} of the ${own.length} points of that table are faster than their ` +
          `links can carry the bytes, and ${beyond.length} of all ${points.length}, by up to ${about(most.beyond, 1)}x (${most.study}, ${most.id}). ` +
          `Congestion-aware, a ring of 16 at 50 GiB/s (53.7 GB/s) gives busbw ${first.map((point) => about(point.awareBusbwGBps, 1)).join(', ')} ` +
          `for 1, 2, 4, 8, 16 active chunks, where the unaware model says ${first.map((point) => about(point.unawareBusbwGBps, 1)).join(', ')}.`,
        verdict: same(['7.4', low], ['8.0', high]) && beyond.length > 0 ? 'refuted' : 'confirmed',
        why:
          'In the congestion-unaware network every message has the whole link for itself, so k chunks move k times what ' +
          'the wire can. Small messages, whose time is latency, really do gain from more chunks at once; large ones gain ' +
          'nothing beyond a filled wire.',
        ...{ command: 'npm run study -- active-chunks --report report' },
        ...{ figures: ['active-chunks', 'beyond-the-wire'], tables: ['active-chunks-on-the-wire', 'plan-bound'] },
      },
      minimum(grid),
    ],
    tables: [
      {
        name: 'active-chunks-on-the-wire',
        about: '1 to 16 active chunks, congestion-unaware and congestion-aware, with the plan bound',
        rows: onWire.map((point) => ({
          ...{ network: point.network, active_chunks: point.activeChunks, unaware_ns: point.unawareNs },
          ...{ aware_ns: point.awareNs, plan_bound_ns: point.planNs },
          ...{ unaware_busbw_GBps: point.unawareBusbwGBps, aware_busbw_GBps: point.awareBusbwGBps },
        })),
      },
      {
        name: 'plan-bound',
        about: 'how far each published time lies under the plan bound (above 1: faster than its links can be)',
        rows: points.map(({ study, id, timeNs, planNs, beyond: factor }) => ({
          ...{ study, id, time_ns: timeNs, plan_bound_ns: planNs, bound_over_time: factor },
        })),
      },
    ],
    figures: [
      {
        name: 'active-chunks',
        alt: 'Bus bandwidth against active chunks on a ring of 16: without contention it doubles with every doubling, with contention it stays at what the wire carries.',
        spec: curveChart({
          title: 'More chunks at once do not make the wire wider',
          subtitle: 'all-reduce of 100 MB on a ring of 16 NPUs with links of 50 GiB/s (53.7 GB/s), 8 chunks',
          x: { field: 'active_chunks', title: 'active chunks', log: true, values: [1, 2, 4, 8, 16], domain: [0.9, 18] },
          y: { field: 'busbw_GBps', title: 'bus bandwidth (GB/s)', domain: [0, 420] },
          series: { field: 'network', title: 'network model', order: ['congestion-unaware', 'congestion-aware'] },
          rows: first.flatMap(({ activeChunks, unawareBusbwGBps, awareBusbwGBps }) => [
            { active_chunks: activeChunks, network: 'congestion-unaware', busbw_GBps: unawareBusbwGBps },
            { active_chunks: activeChunks, network: 'congestion-aware', busbw_GBps: awareBusbwGBps },
          ]),
          rules: [{ y: (50 * 2 ** 30) / 1e9, label: 'one link: 53.7 GB/s' }],
        }),
      },
      { name: 'beyond-the-wire', alt: BEYOND_ALT, spec: beyondChart(points) },
    ],
  };
}

const BEYOND_ALT =
  'All 976 published points: time of the plan bound over published time, by table. Points above 1 are faster than their links can carry the bytes.';

function beyondChart(points: readonly WirePoint[]) {
  const tables = [...new Set(points.map(({ study }) => study))];
  const rows = points.map(({ study, beyond }) => ({ table: study, beyond }));
  const chart = curveChart({
    title: `${points.filter(({ beyond }) => beyond > 1).length} of ${points.length} published times are faster than their links`,
    subtitle: 'least time of the plan on its links / published time; above 1 the links cannot carry it',
    x: { field: 'beyond', title: 'plan bound / published time', log: true },
    y: { field: 'table', title: '' },
    ...{ rows, width: 460, height: 300 },
  });
  return {
    ...chart,
    layer: [
      {
        mark: { type: 'tick', aria: false, thickness: 1.5, size: 14, opacity: 0.6 },
        encoding: {
          x: {
            ...{ field: 'beyond', type: 'quantitative', title: 'plan bound / published time' },
            scale: { type: 'log', domain: [0.001, 40], nice: false },
            axis: { values: [0.001, 0.01, 0.1, 1, 10], format: '~g' },
          },
          y: { field: 'table', type: 'ordinal', sort: tables, title: null },
          color: {
            ...{ condition: { test: 'datum.beyond > 1', value: '#D55E00' }, value: '#0072B2' },
          },
        },
      },
      {
        data: { values: [{ one: 1 }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: '#444444' },
        encoding: { x: { field: 'one', type: 'quantitative' } },
      },
    ],
  };
}

function minimum(grid: StudyReport): AuditPart['findings'][number] {
  const counts = [1, 2, 4, 8, 16];
  const at = (splits: number, chunks: number) => grid.points.find(({ id }) => id === `s${splits}-ac${chunks}`)?.timeNs;
  const steps = counts.flatMap((splits) =>
    counts.slice(1).map((more, i) => ({
      within: more <= splits,
      gain: (at(splits, counts[i] as number) as number) / (at(splits, more) as number),
    })),
  );
  const within = steps.filter((step) => step.within);
  const after = steps.filter((step) => !step.within);
  const halves = within.filter(({ gain }) => gain === 2).length;
  const nothing = after.filter(({ gain }) => gain === 1).length;
  return {
    ...{ id: 'claim-5', title: 'min(active chunks, splits) governs' },
    claimed: 'Time halves with every doubling up to the splits and does not change beyond.',
    found: `It halves exactly in ${halves} of ${within.length} steps up to the splits and stays exactly in ${nothing} of ${after.length} beyond.`,
    verdict: halves === within.length && nothing === after.length ? 'confirmed' : 'corrected',
    why:
      'In one dimension without contention, chunks run in rounds of min(active chunks, splits), each as long as one ' +
      'chunk alone. That is the model, and no more: see claim 4 for what a wire makes of it.',
    ...{ command: 'npm run study -- active-chunks-x-splits', figures: [], tables: [] },
  };
}
