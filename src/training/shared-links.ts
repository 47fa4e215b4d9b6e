import type { Warning } from '../base/warnings.js';
import { addressOf } from '../topology/address.js';
import type { Dimension } from '../topology/dimension.js';
import type { Communication } from './communication.js';
import { firstGroup } from './group-network.js';
import { type GroupKind, npuAt } from './layout.js';
import type { Piece } from './pieces.js';
import type { Plan } from './plan.js';
import type { PlayedStep, StageTimes } from './play-step.js';
import type { TrainingStep } from './step.js';
import type { StageGraph } from './step-graph.js';

/** What is less of a step is not worth a word. No bound of what waiting adds: a small message may wait for all of a large one. */
const LEAST_SHARE = 0.01;

/**
 * Warns where communication that the step has at once uses the same links: each is timed as if it
 * had them to itself, as in the congestion-unaware network.
 */
export function sharedLinksWarnings(
  step: TrainingStep,
  played: PlayedStep,
  communication: Communication,
  dimensions: readonly Dimension[],
): Warning[] {
  return [...lanesWarning(step, played, communication), ...ringWarning(step.plan, dimensions)];
}

/** Gradients and weights are sent while passes communicate. */
function lanesWarning(step: TrainingStep, played: PlayedStep, communication: Communication): Warning[] {
  const ns = step.stages.reduce(
    (most, graph, i) => Math.max(most, sharedNs(step.plan, graph, played.stages[i] as StageTimes, communication)),
    0,
  );
  const share = ns / played.stepNs;
  if (share < LEAST_SHARE) return [];
  const percent = `${(100 * share).toFixed(1)} %`;
  const message = `gradients or weights and the passes use the same links at the same time for ${percent} of the step, each timed as if alone: waiting may add less than that, or more, where small messages come behind large ones; the congestion-aware network says how much`;
  return [{ code: 'shared-links', message, data: { shareOfStep: share } }];
}

/** How long a stage's lane of gradients and weights shares links with its passes and messages, ns. */
function sharedNs(plan: Plan, { stage, nodes }: StageGraph, times: StageTimes, communication: Communication): number {
  const shares = new Map<string, Map<readonly Piece[], number>>();
  const sides = nodes.filter((node) => node.kind === 'collective');
  const others = nodes.filter((node) => node.kind !== 'collective' && node.kind !== 'optimizer');
  let total = 0;
  let first = 0;
  for (const side of sides) {
    const [startNs, endNs] = [times.startNs[side.id] as number, times.endNs[side.id] as number];
    const links = new Set(communication.dimensionsOf(side.group));
    const known = shares.get(side.group) ?? new Map<readonly Piece[], number>();
    shares.set(side.group, known);
    // Both lanes are in order: what has ended by now does not come back.
    while (first < others.length && (times.endNs[others[first]?.id as number] as number) <= startNs) first++;
    for (let i = first; i < others.length; i++) {
      const other = others[i] as (typeof others)[number];
      const [from, to] = [times.startNs[other.id] as number, times.endNs[other.id] as number];
      // A message may wait for the one before it, while the passes go on.
      if (from >= endNs && other.kind === 'segment') break;
      const overlapNs = Math.max(0, Math.min(to, endNs) - Math.max(from, startNs));
      if (overlapNs === 0) continue;
      if (other.kind !== 'segment') {
        if (other.kind === 'send' && communication.crossed(stage, other.stage).some((d) => links.has(d)))
          total += overlapNs;
        continue;
      }
      let share = known.get(other.pieces);
      if (share === undefined) {
        share = Math.min(1, communicationNs(plan, other.pieces, links, communication) / (to - from));
        known.set(other.pieces, share);
      }
      total += overlapNs * share;
    }
  }
  return total;
}

/** How long pieces communicate over certain dimensions, ns. */
function communicationNs(
  plan: Plan,
  pieces: readonly Piece[],
  links: ReadonlySet<number>,
  communication: Communication,
): number {
  const shares = (group: GroupKind) => communication.dimensionsOf(group).some((d) => links.has(d));
  let ns = 0;
  for (const piece of pieces) {
    if (piece.kind === 'collective' && shares(piece.group)) ns += communication.collectiveNs(piece);
    if (piece.kind === 'exchange' && plan.context > 1 && shares('context')) ns += communication.exchangeNs(piece.bytes);
  }
  return ns;
}

/** Groups whose members are not neighbours on a ring pass through those of other groups. */
function ringWarning(plan: Plan, dimensions: readonly Dimension[]): Warning[] {
  const kinds = ['tensor', 'context', 'expert', 'data'] as const;
  const groups: [string, number[]][] = kinds.map((kind) => [kind, firstGroup(plan, kind, 0)]);
  groups.push(['pipeline', Array.from({ length: plan.pipeline }, (_, pipeline) => npuAt(plan, { pipeline }))]);
  const shared = groups
    .map(([kind, members]) => ({ kind, ways: ringWays(dimensions, members) }))
    .filter(({ ways }) => ways > 1);
  if (shared.length === 0) return [];
  const most = Math.max(...shared.map(({ ways }) => ways));
  const names = shared.map(({ kind }) => kind).join(', ');
  const message = `groups (${names}) lie interleaved on a ring: up to ${most} of them share its links, each timed as if alone`;
  return [{ code: 'shared-links', message, data: { groups: names, most } }];
}

/** How many groups like this one send over the same link of a ring. */
function ringWays(dimensions: readonly Dimension[], members: readonly number[]): number {
  let most = 1;
  for (const [d, dimension] of dimensions.entries()) {
    if (dimension.kind !== 'ring') continue;
    const places = [...new Set(members.map((npu) => addressOf(npu, dimensions)[d] as number))].sort((a, b) => a - b);
    for (const [i, place] of places.entries()) {
      if (i > 0) most = Math.max(most, place - (places[i - 1] as number));
    }
  }
  return most;
}
