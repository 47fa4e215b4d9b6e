import { ConfigError, show } from '../base/errors.js';
import type { LinkGraph } from '../topology/link-graph.js';
import { checkLinks } from './checked-graph.js';
import { checkColumns } from './checked-schedule.js';
import { checkContributions } from './contributions.js';
import { EVERY_NPU, runOf, type TransferSchedule, transfersPerLink } from './schedule.js';

/** What a schedule can be meant to do. */
export type ScheduledCollective = keyof typeof ENDS;

/** Where the chunks of each collective start and end: at one NPU or at every one. */
const ENDS = {
  'all-gather': { source: 'one', target: 'every' },
  'reduce-scatter': { source: 'every', target: 'one' },
  'all-reduce': { source: 'every', target: 'every' },
  broadcast: { source: 'one', target: 'every' },
  reduce: { source: 'every', target: 'one' },
  gather: { source: 'one', target: 'one' },
  scatter: { source: 'one', target: 'one' },
  'all-to-all': { source: 'one', target: 'one' },
} as const;

/** A check gives up after this many issues: what is broken is broken everywhere. */
const MOST_ISSUES = 50;
/** Relative slack of planned times: they are sums of doubles. */
const SLACK = 1e-9;

/**
 * Everything that is wrong with a schedule, in words; none for a valid one. It checks
 * - form: paths connect, transfers wait for earlier ones only, turns on a link are 0, 1, 2, ...;
 * - causality: a transfer carries the last copy it needs that came to its source, or else its
 *   source's own contribution, and adds the reductions it needs that came there since. It must not
 *   be empty;
 * - completeness on sets of contributions: every target of a chunk ends with each contribution
 *   exactly once;
 * - the plan, if there is one: nothing starts before what it needs has arrived, every transfer
 *   gets the time its links take, and one link carries one message at a time.
 *
 * @throws ConfigError for what is no graph, no collective or no schedule: columns that are missing.
 */
export function checkSchedule(
  schedule: TransferSchedule,
  graph: LinkGraph,
  collective: ScheduledCollective,
): readonly string[] {
  checkScheduled(collective);
  checkLinks(graph);
  checkColumns(schedule);
  const issues = new IssueList();
  checkForm(schedule, graph, issues);
  checkEnds(schedule, graph, collective, issues);
  if (issues.list.length > 0) return issues.list;
  checkContributions(schedule, graph, (text) => issues.add(text));
  checkPlan(schedule, graph, issues);
  return issues.list;
}

/** @throws ConfigError for a collective that schedules are not made for. */
export function checkScheduled(collective: ScheduledCollective): void {
  if (typeof collective === 'string' && Object.hasOwn(ENDS, collective)) return;
  const expected = `one of ${Object.keys(ENDS).join(', ')}`;
  throw new ConfigError([{ path: 'collective', expected, got: show(collective) }]);
}

class IssueList {
  readonly list: string[] = [];

  add(text: string): void {
    if (this.list.length < MOST_ISSUES) this.list.push(text);
  }
}

function checkForm(schedule: TransferSchedule, graph: LinkGraph, issues: IssueList): void {
  const { chunk, from, to, path, pathStart, needs, needsStart, turn, runs } = schedule;
  const chunkBytes = runs?.chunkBytes ?? new Float64Array(schedule.chunkSource.length).fill(Number.NaN);
  for (let i = 0; i < chunk.length; i++) {
    const c = chunk[i] as number;
    const run = runOf(schedule, i);
    if (c < 0 || run < 1 || c + run > chunkBytes.length) {
      issues.add(`transfer ${i} is of ${run} chunks from ${c} on, which do not exist`);
      continue;
    }
    const bytes = schedule.bytes[i] as number;
    if (runs === undefined && Number.isNaN(chunkBytes[c])) chunkBytes[c] = bytes;
    let expected = 0;
    for (let k = c; k < c + run; k++) expected += chunkBytes[k] as number;
    if (expected !== bytes) issues.add(`transfer ${i} carries ${bytes} bytes of chunk ${c}, others ${expected}`);
    let at = from[i] as number;
    for (let k = pathStart[i] as number; k < (pathStart[i + 1] as number); k++) {
      const link = graph.links[path[k] as number];
      if (link === undefined) issues.add(`transfer ${i} uses link ${path[k]}, which does not exist`);
      else if (link.from !== at)
        issues.add(`transfer ${i} is at vertex ${at} but its next link starts at ${link.from}`);
      at = link?.to ?? at;
    }
    if (at !== to[i]) issues.add(`transfer ${i} ends at vertex ${at} instead of ${to[i]}`);
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (!(need >= 0 && need < i)) issues.add(`transfer ${i} needs ${need}, which is not an earlier transfer`);
    }
  }
  const perLink = transfersPerLink(schedule, graph);
  const taken = new Set<number>();
  for (let hop = 0; hop < path.length; hop++) {
    const link = path[hop] as number;
    const place = turn[hop] as number;
    const key = link * path.length + place;
    if (place < 0 || place >= (perLink[link] ?? 0) || taken.has(key)) {
      issues.add(`turn ${place} of link ${link} is out of range or given twice`);
    }
    taken.add(key);
  }
}

function checkEnds(
  { chunkSource, chunkTarget }: TransferSchedule,
  { npus }: LinkGraph,
  collective: ScheduledCollective,
  issues: IssueList,
): void {
  const { source, target } = ENDS[collective];
  const check = (ends: Int32Array, kind: 'one' | 'every', word: string) => {
    for (let c = 0; c < ends.length; c++) {
      const end = ends[c] as number;
      const fits = kind === 'every' ? end === EVERY_NPU : end >= 0 && end < npus;
      if (!fits) issues.add(`chunk ${c} of ${collective} has NPU ${end} for its ${word} instead of ${kind}`);
    }
  };
  check(chunkSource, source, 'source');
  check(chunkTarget, target, 'target');
  const all = (ends: Int32Array, word: string) => {
    const met = new Set(ends);
    for (let npu = 0; npu < npus; npu++) if (!met.has(npu)) issues.add(`no chunk has NPU ${npu} for its ${word}`);
  };
  if (collective === 'all-gather' || collective === 'gather' || collective === 'all-to-all') all(chunkSource, 'source');
  if (collective === 'reduce-scatter' || collective === 'scatter' || collective === 'all-to-all') {
    all(chunkTarget, 'target');
  }
}

function checkPlan(schedule: TransferSchedule, graph: LinkGraph, issues: IssueList): void {
  const { plan, path, pathStart, needs, needsStart, turn, bytes } = schedule;
  if (plan === undefined) return;
  const { startNs, endNs } = plan;
  const before = (a: number, b: number) => a < b - SLACK * Math.max(1, Math.abs(b));
  const perLink = transfersPerLink(schedule, graph);
  const onLink = Array.from(perLink, (count) => new Int32Array(count));
  for (let i = 0; i < bytes.length; i++) {
    let takes = 0;
    for (let k = pathStart[i] as number; k < (pathStart[i + 1] as number); k++) {
      const link = path[k] as number;
      const { bandwidth, latency } = graph.links[link] as LinkGraph['links'][number];
      takes += (bytes[i] as number) / bandwidth + latency;
      (onLink[link] as Int32Array)[turn[k] as number] = i;
    }
    const start = startNs[i] as number;
    if (before(endNs[i] as number, start + takes)) {
      issues.add(`transfer ${i} is planned to take ${(endNs[i] as number) - start} ns, its links take ${takes}`);
    }
    for (let k = needsStart[i] as number; k < (needsStart[i + 1] as number); k++) {
      const need = needs[k] as number;
      if (before(start, endNs[need] as number)) issues.add(`transfer ${i} starts before transfer ${need} has arrived`);
    }
  }
  // Where on its path a transfer is in between is not planned, so only the first link can be checked.
  for (const [link, transfers] of onLink.entries()) {
    const { bandwidth } = graph.links[link] as LinkGraph['links'][number];
    let freeNs = Number.NEGATIVE_INFINITY;
    for (const i of transfers) {
      if (path[pathStart[i] as number] !== link) continue;
      const start = startNs[i] as number;
      if (before(start, freeNs)) issues.add(`transfer ${i} starts on link ${link} while another is on it`);
      freeNs = start + (bytes[i] as number) / bandwidth;
    }
  }
}
