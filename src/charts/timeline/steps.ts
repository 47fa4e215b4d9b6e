import type { StepSpan } from '../../training/step-spans.js';
import { type PackedSpans, packSpans } from './packed-spans.js';

/** What time goes into; pictures have a colour for each, in this order. */
export const STEP_KINDS = [
  ...(['forward', 'backward', 'optimizer'] as const),
  ...(['tensor communication', 'context communication', 'expert communication'] as const),
  'gradients and weights',
] as const;

export type StepKind = (typeof STEP_KINDS)[number];

/** Spans of a training step, and their names, by `at`. */
export interface PackedStep {
  readonly spans: PackedSpans;
  readonly names: readonly string[];
}

/** Lanes of a stage, from top to bottom. */
const LANES = 3;

/**
 * Passes, what they communicate, and collectives on gradients and weights: a group per stage, micro-batches as
 * labels. Each has a lane of its own; gradients and weights that come behind the passes of all stages share theirs.
 */
export function packStep(timeline: readonly StepSpan[]): PackedStep {
  const stages = [...new Set(timeline.map(({ stage }) => stage))].sort((a, b) => a - b);
  const spans = timeline.filter(({ startNs, endNs }) => endNs > startNs);
  const place = new Map(stages.map((stage, i) => [stage, i]));
  const names = [...new Set(spans.map(({ name }) => name))];
  const numbers = new Map(names.map((name, i) => [name, i]));
  const pack = (gradients: number) =>
    packSpans(
      spans.map((span) => ({
        group:
          LANES * (place.get(span.stage) as number) +
          (span.lane === 'communication' ? 1 : span.lane === 'gradients' ? gradients : 0),
        ...{ kind: STEP_KINDS.indexOf(kindOf(span)), label: microBatchOf(span), at: numbers.get(span.name) as number },
        ...{ startNs: span.startNs, endNs: span.endNs },
      })),
      Array.from({ length: LANES * stages.length }, () => ''),
    );
  const shared = pack(0);
  const overlap = shared.groupOfLane.some((group, lane) => shared.groupOfLane[lane + 1] === group);
  const packed = overlap ? pack(LANES - 1) : shared;
  const groupOfLane = packed.groupOfLane.map((group) => Math.floor(group / LANES));
  return { spans: { ...packed, groups: stages.map((stage) => `stage ${stage}`), groupOfLane }, names };
}

function kindOf({ kind, name }: StepSpan): StepKind {
  if (kind === 'forward' || kind === 'backward' || kind === 'optimizer') return kind;
  if (kind !== 'communication') return 'gradients and weights';
  if (name.startsWith('tensor ')) return 'tensor communication';
  return name.startsWith('expert ') ? 'expert communication' : 'context communication';
}

/** That of a pass; -1 for anything else. */
function microBatchOf({ lane, name }: StepSpan): number {
  const [, number] = /^\w+ward (\d+)/.exec(name) ?? [];
  return lane !== 'passes' || number === undefined ? -1 : Number(number);
}
