import type { Piece } from './pieces.js';
import type { SegmentNode, StageGraph, StepNode } from './step-graph.js';

/** What a span of an NPU's time went into. */
export type SpanKind = 'forward' | 'backward' | 'recomputed' | 'optimizer' | 'communication' | 'message' | 'gradients';

/** What one NPU of a stage did, for how long. */
export interface StepSpan {
  readonly stage: number;
  /** NPUs of the stage that do the same at the same time. */
  readonly npus: number;
  /**
   * Passes and the optimizer; what passes are made of, computations and communication apart; messages
   * between stages; collectives on gradients and weights.
   */
  readonly lane: 'passes' | 'computation' | 'communication' | 'messages' | 'gradients';
  readonly kind: SpanKind;
  readonly name: string;
  readonly startNs: number;
  readonly endNs: number;
}

export interface Interval {
  readonly startNs: number;
  readonly endNs: number;
}

/** When a piece of a pass computes, and when it communicates. */
export interface PieceTimes {
  readonly computation?: Interval;
  readonly communication?: Interval;
}

/** When what an NPU of a stage does begins and ends. */
export interface StageClock {
  /** Asked for node by node, in their order. */
  readonly node: (node: StepNode) => Interval;
  /** Of the pieces of a pass, in their order. */
  readonly pieces: (node: SegmentNode) => Iterable<PieceTimes>;
}

/** What an NPU of a stage does, span by span. */
export function* spansOf(
  { stage, nodes }: StageGraph,
  npus: number,
  clock: StageClock,
  withPieces: boolean,
): Generator<StepSpan> {
  for (const node of nodes) {
    yield { stage, npus, lane: laneOf(node), kind: kindOf(node), name: node.name, ...clock.node(node) };
    if (node.kind !== 'segment' || !withPieces) continue;
    let next = 0;
    for (const times of clock.pieces(node)) {
      for (const part of partsOf(node.pieces[next++] as Piece, times)) yield { stage, npus, ...part };
    }
  }
}

function laneOf({ kind }: StepNode): StepSpan['lane'] {
  if (kind === 'collective') return 'gradients';
  return kind === 'send' || kind === 'receive' ? 'messages' : 'passes';
}

function kindOf(node: StepNode): SpanKind {
  switch (node.kind) {
    case 'collective':
      return 'gradients';
    case 'send':
    case 'receive':
      return 'message';
    case 'optimizer':
      return 'optimizer';
    case 'segment':
      return node.name.startsWith('backward') ? 'backward' : 'forward';
  }
}

type Part = Omit<StepSpan, 'stage' | 'npus'>;

function partsOf(piece: Piece, { computation, communication }: PieceTimes): Part[] {
  const parts: Part[] = [];
  if (computation !== undefined && piece.kind !== 'collective') {
    const { purpose } = piece.kind === 'exchange' ? piece.beside : piece;
    parts.push({ lane: 'computation', kind: purpose, name: purpose, ...computation });
  }
  if (communication !== undefined && piece.kind !== 'compute') {
    const name = piece.kind === 'exchange' ? 'keys and values' : `${piece.group} ${piece.collective}`;
    parts.push({ lane: 'communication', kind: 'communication', name, ...communication });
  }
  return parts;
}
