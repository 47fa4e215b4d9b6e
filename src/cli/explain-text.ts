import { formatBytes } from '../base/units.js';
import type { Segment } from '../explain/critical-path.js';
import type { Explanation, PhaseExplanation } from '../explain/explain.js';
import type { Cost } from '../explain/phase-cost.js';
import type { CollectiveResult } from '../report/result.js';
import { warningLines } from './collective-warnings.js';
import type { Io } from './io.js';
import { columns, wrap } from './table.js';

const WIDTH = 110;

/** Most runs of equal phases on the critical path to show; the rest is counted. */
const SHOWN_RUNS = 12;
const SHOWN_VARIANTS = 6;

const NAMES: Readonly<Record<keyof Cost, string>> = {
  latencyNs: 'latency',
  bandwidthNs: 'bandwidth',
  endpointNs: 'end points',
  reductionNs: 'reduction',
  waitingNs: 'waiting for links and peers',
};

/** Prints explanations in sequence, with their warnings on the error stream. */
export function printExplanations(explanations: readonly Explanation[], io: Io): void {
  io.out(`${explanations.map((one) => explanationLines(one).join('\n')).join('\n\n')}\n`);
  for (const line of warningLines(explanations.map(({ result }) => result))) io.err(`${line}\n`);
}

/** Why a collective takes the time it takes, as text. */
export function explanationLines(explanation: Explanation): string[] {
  const { result, phases, spent, dominatedBy, spentByDimension } = explanation;
  const share = (ns: number) => `${((100 * ns) / Math.max(1, result.timeNs)).toFixed(1)} %`;
  return [
    `${result.collective} of ${formatBytes(result.totalBytes)}: ${ns(result.timeNs)}; ${chunksText(result)}`,
    '',
    'Each chunk passes these phases. Their time along the longest chain of messages (ns):',
    ...phaseTable(phases, result),
    '',
    'What the links carry:',
    ...columns(
      [
        ['dimension', 'sent per NPU', 'wire needs', 'busy', 'utilisation'],
        ...explanation.dimensions.map(({ dimension, kind, npus, bytesSentPerNpu, wireNs, busyNs, utilisation }) => [
          `${dimension} ${kind}(${npus})`,
          formatBytes(bytesSentPerNpu),
          ns(Math.round(wireNs)),
          ns(busyNs),
          `${(100 * utilisation).toFixed(1)} %`,
        ]),
      ],
      [0],
    ).map((line) => `  ${line}`),
    '',
    'Critical path: phases, each begun when the one before it ended:',
    ...pathLines(explanation.criticalPath),
    `  by dimension: ${spentByDimension.map((time, d) => `${d}: ${share(time)}`).join(', ')}`,
    '',
    'Along it the time goes to:',
    ...columns(
      (Object.keys(NAMES) as (keyof Cost)[]).map((cost) => [NAMES[cost], ns(spent[cost]), share(spent[cost])]),
      [0],
    ).map((line) => `  ${line}`),
    `  dominated by ${NAMES[dominatedBy]}`,
    '',
    ...limits(explanation),
    '',
    ...changes(explanation),
  ];
}

/** Number and size of the chunks. */
function chunksText({ chunks, chunkPlans }: CollectiveResult): string {
  const sizes = chunkPlans.map(({ bytes }) => bytes);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return `${chunks} chunks of ${formatBytes(least)}${least === most ? '' : ` to ${formatBytes(most)}`}`;
}

function ns(value: number): string {
  return `${value} ns`;
}

function phaseTable(phases: readonly PhaseExplanation[], { chunkPlans }: CollectiveResult): string[] {
  const several = chunkPlans.length > 1;
  const who = (plan: number) => (several ? `${chunkPlans[plan]?.chunks} chunks: ` : '');
  return columns(
    [
      ['phase', 'of', 'steps', 'hops', 'latency', 'bandwidth', 'end points', 'reduction', 'waiting', 'total'],
      ...phases.map((phase) => [
        `${who(phase.plan)}${phase.collective}, ${phase.algorithm}, dimension ${phase.dimension}`,
        formatBytes(phase.enteringBytes),
        ...[phase.steps, phase.hops, phase.latencyNs, phase.bandwidthNs, phase.endpointNs].map(String),
        ...[phase.reductionNs, phase.waitingNs, phase.durationNs].map(String),
      ]),
    ],
    [0],
  ).map((line) => `  ${line}`);
}

/** Joins neighbours on the path that differ only in their chunk. */
function pathLines(path: readonly Segment[]): string[] {
  const runs: Segment[][] = [];
  for (const segment of path) {
    const run = runs.at(-1);
    const [first] = run ?? [];
    if (run !== undefined && first?.phase === segment.phase && first.dimension === segment.dimension) run.push(segment);
    else runs.push([segment]);
  }
  const lines = runs.slice(0, SHOWN_RUNS).map((run) => {
    const first = run[0] as Segment;
    const last = run.at(-1) as Segment;
    const chunks = run.length === 1 ? `chunk ${first.chunk}` : `chunks ${first.chunk} to ${last.chunk}`;
    const waited = run.filter(({ after }) => after === 'room').length;
    const room = waited === 0 ? '' : `, ${waited === run.length ? '' : `${waited} `}after waiting for room`;
    return `  ${first.startNs} to ${last.endNs} ns: phase ${first.phase} in dimension ${first.dimension}, ${chunks}${room}`;
  });
  return runs.length > SHOWN_RUNS ? [...lines, `  ... and ${runs.length - SHOWN_RUNS} more stretches`] : lines;
}

function limits({ result: { bounds, timeNs }, network }: Explanation): string[] {
  const { planNs, networkNs, because, dimension, timeOverPlan } = bounds;
  const why =
    because === 'links' ? `the links of dimension ${dimension}` : 'the phases of a chunk, one after the other';
  const cut =
    network.because === 'distance'
      ? 'the longest way between two NPUs'
      : `the links of dimension ${network.dimensions.join(' and ')}`;
  return [
    ...wrap(
      `Limits: this plan needs at least ${planNs} ns (${why}); the time is ${timeOverPlan.toFixed(2)} times that` +
        `${timeOverPlan < 1 ? ', which no network could do' : ''}. No algorithm needs less than ` +
        `${Math.ceil(networkNs)} ns on this network (${cut}); the time is ${(timeNs / networkNs).toFixed(2)} times that.`,
      WIDTH,
    ),
  ];
}

function changes({ variants, result }: Explanation): string[] {
  const line = ({ change, timeNs, speedup, physical }: Explanation['variants'][number]) => [
    change,
    ns(timeNs),
    `${speedup.toFixed(2)}x`,
    physical ? '' : 'below what its links allow: a gain of the model only',
  ];
  const best = variants.find(({ physical }) => physical);
  return [
    `Single changes, each simulated (${result.timeNs} ns without):`,
    ...columns(variants.slice(0, SHOWN_VARIANTS).map(line), [0, 3]).map((text) => `  ${text}`),
    best === undefined || best.speedup <= 1
      ? 'None of them helps within the physical limit.'
      : `What helps most within the physical limit: ${best.change}, ${best.speedup.toFixed(2)} times faster.`,
  ];
}
