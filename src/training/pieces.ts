import { type ComputeRates, kernelsNs } from './compute-time.js';
import type { MeasuredDurations, MeasuredPart } from './durations.js';
import { bytesOf, embeddingKernels, type Kernel, layerKernels, operationsOf, outputKernels } from './kernels.js';
import { hasExperts, type Model } from './model.js';
import type { Plan } from './plan.js';
import { dispatch, exchangeBytes, type GroupCollective, lossCollectives, tensorCollectives } from './traffic.js';

/** What a computation is for. */
export type Purpose = 'forward' | 'backward' | 'recomputed';

export interface ComputePiece {
  readonly kind: 'compute';
  readonly purpose: Purpose;
  readonly ns: number;
  readonly operations: number;
  readonly bytes: number;
}

/** Keys and values go on to the next rank of the ring, while a part of the attention is computed. */
export interface ExchangePiece {
  readonly kind: 'exchange';
  readonly bytes: number;
  readonly beside: ComputePiece;
}

export interface CollectivePiece extends GroupCollective {
  readonly kind: 'collective';
}

/** Pieces of a pass follow each other; ranks of a stage do the same ones at the same time. */
export type Piece = ComputePiece | ExchangePiece | CollectivePiece;

export interface PassPieces {
  readonly forward: readonly Piece[];
  readonly backward: readonly Piece[];
}

/** What the parts of a model come to on one NPU of a plan. Layers that are alike share their lists. */
export class ModelPieces {
  readonly embedding: PassPieces;
  readonly output: PassPieces;
  readonly #layers = new Map<boolean, PassPieces>();
  readonly #model: Model;
  readonly #plan: Plan;
  readonly #rates: ComputeRates;
  readonly #durations: MeasuredDurations;

  constructor(model: Model, plan: Plan, rates: ComputeRates, durations: MeasuredDurations = {}) {
    this.#model = model;
    this.#plan = plan;
    this.#rates = rates;
    this.#durations = durations;
    this.embedding = this.#embedding();
    this.output = this.#output();
  }

  layer(layer: number): PassPieces {
    const isMixture = hasExperts(this.#model, layer);
    let pieces = this.#layers.get(isMixture);
    if (pieces === undefined) {
      pieces = this.#measured(this.#layer(layer));
      this.#layers.set(isMixture, pieces);
    }
    return pieces;
  }

  #layer(layer: number): PassPieces {
    const [model, plan] = [this.#model, this.#plan];
    const { attention, core, feedForward } = layerKernels(model, plan, layer);
    const around = collectives(tensorCollectives(model, plan));
    const isMixture = hasExperts(model, layer);
    const experts = isMixture ? dispatch(model, plan) : [];
    // Behind an all-to-all each rank has a token as often as it has experts for it.
    const gathered = plan.sequenceParallel && experts.length > 0 ? (model.experts?.perToken ?? 1) : 1;
    const inner = collectives(tensorCollectives(model, plan, gathered));
    const routed = collectives({ before: experts, after: experts });
    const block = (pieces: Piece[]) => [...around.before, ...pieces, ...around.after];
    const mixture = (pieces: Piece[]) => [
      ...routed.before,
      ...inner.before,
      ...pieces,
      ...between(inner.after, routed.after, plan),
    ];
    const attend = (purpose: Purpose) => {
      const direction = purpose === 'backward' ? 'backward' : 'forward';
      return block([
        this.#compute(purpose, attention[direction], 'attention'),
        ...this.#core(purpose, core[direction]),
      ]);
    };
    const feed = (purpose: Purpose) =>
      mixture([
        this.#compute(
          purpose,
          feedForward[purpose === 'backward' ? 'backward' : 'forward'],
          isMixture ? 'experts' : 'feedForward',
        ),
      ]);
    const recomputed = {
      none: [],
      selective: [this.#compute('recomputed', core.forward, 'core')],
      full: [...attend('recomputed'), ...feed('recomputed')],
    }[plan.recompute];
    const whole = plan.recompute === 'full';
    return {
      forward: [...attend('forward'), ...feed('forward')],
      backward: whole
        ? [...recomputed, ...feed('backward'), ...attend('backward')]
        : [...feed('backward'), ...recomputed, ...attend('backward')],
    };
  }

  /** The attention's core: in parts, while keys and values go round a ring. */
  #core(purpose: Purpose, kernels: readonly Kernel[]): Piece[] {
    const { context } = this.#plan;
    if (context === 1) return [this.#compute(purpose, kernels, 'core')];
    const part = kernels.map((one) => ({ ...one, count: one.count / context, bytes: one.bytes / context }));
    const beside = this.#compute(purpose, part, 'core', 1 / context);
    const bytes = exchangeBytes(this.#model, this.#plan, purpose === 'backward' ? 'backward' : 'forward');
    const exchange: ExchangePiece = { kind: 'exchange', bytes, beside };
    return [...new Array<Piece>(context - 1).fill(exchange), beside];
  }

  /** @param share - that the kernels are of the part of the model. */
  #compute(purpose: Purpose, kernels: readonly Kernel[], part: MeasuredPart, share = 1): ComputePiece {
    const measured = this.#durations[part]?.[purpose === 'backward' ? 'backwardNs' : 'forwardNs'];
    const ns = Math.max(1, measured === undefined ? kernelsNs(kernels, this.#rates) : Math.round(measured * share));
    const operations = Math.round(operationsOf(kernels));
    return { kind: 'compute', purpose, ns, operations, bytes: Math.round(bytesOf(kernels)) };
  }

  #embedding(): PassPieces {
    const { forward, backward } = embeddingKernels(this.#model, this.#plan);
    const { before, after } = collectives(tensorCollectives(this.#model, this.#plan));
    return {
      forward: [this.#compute('forward', forward, 'embedding'), ...after],
      backward: [...before, this.#compute('backward', backward, 'embedding')],
    };
  }

  /** The loss needs no whole logits: a few numbers for each token are summed up. */
  #output(): PassPieces {
    const { forward, backward } = outputKernels(this.#model, this.#plan);
    const loss = collectives({ before: [], after: lossCollectives(this.#model, this.#plan) });
    const { before, after } = collectives(tensorCollectives(this.#model, this.#plan));
    return {
      forward: [...before, this.#compute('forward', forward, 'output'), ...loss.after],
      backward: [this.#compute('backward', backward, 'output'), ...after],
    };
  }

  /** Scales the computations of each direction to what was measured. */
  #measured({ forward, backward }: PassPieces): PassPieces {
    const { layer } = this.#durations;
    if (layer === undefined) return { forward, backward };
    const { forwardNs, backwardNs } = layer;
    return { forward: scaled(forward, forwardNs), backward: scaled(backward, backwardNs) };
  }
}

/** Sums over tensor ranks come before tokens go back, unless all of them would send the same: then after. */
function between(sum: readonly Piece[], back: readonly Piece[], { sequenceParallel }: Plan): Piece[] {
  return sequenceParallel ? [...sum, ...back] : [...back, ...sum];
}

function collectives(given: {
  readonly before: readonly GroupCollective[];
  readonly after: readonly GroupCollective[];
}) {
  const pieces = (list: readonly GroupCollective[]): CollectivePiece[] =>
    list.map((one) => ({ kind: 'collective', ...one }));
  return { before: pieces(given.before), after: pieces(given.after) };
}

function scaled(pieces: readonly Piece[], toNs: number): Piece[] {
  const sum = pieces.reduce((ns, one) => ns + computeOf(one), 0);
  const scale = (one: ComputePiece): ComputePiece => ({ ...one, ns: Math.max(1, Math.round((one.ns * toNs) / sum)) });
  return pieces.map((one) => {
    if (one.kind === 'compute') return scale(one);
    return one.kind === 'exchange' ? { ...one, beside: scale(one.beside) } : one;
  });
}

/** The computation in a piece, ns. */
export function computeOf(piece: Piece): number {
  if (piece.kind === 'compute') return piece.ns;
  return piece.kind === 'exchange' ? piece.beside.ns : 0;
}
