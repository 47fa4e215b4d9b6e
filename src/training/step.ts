import type { ComputeRates } from './compute-time.js';
import type { MeasuredDurations } from './durations.js';
import { hasExperts, type Model } from './model.js';
import { embeddingParameters, layerParameters, type ParameterCount } from './parameters.js';
import { ModelPieces, type PassPieces, type Piece } from './pieces.js';
import { layersOf, type Plan } from './plan.js';
import { type Pass, passesOf } from './schedule.js';
import {
  isFirst,
  isLast,
  outerParameters,
  sharded,
  sharesEmbedding,
  stageParameters,
  unsharded,
} from './stage-parameters.js';
import { StageBuilder, type StageGraph } from './step-graph.js';
import { type GroupCollective, gatherShares, gradientCollective, pipelineBytes, weightGather } from './traffic.js';

/** A training step: one graph per pipeline stage, whose NPUs all do the same. */
export interface TrainingStep {
  readonly model: Model;
  readonly plan: Plan;
  readonly stages: readonly StageGraph[];
}

/** Builds a training step. Its size grows with the stages and micro-batches, not with the NPUs. */
export function trainingStep(
  model: Model,
  plan: Plan,
  rates: ComputeRates,
  durations: MeasuredDurations = {},
): TrainingStep {
  const pieces = new ModelPieces(model, plan, rates, durations);
  const npus = plan.npus / plan.pipeline;
  const stages = Array.from({ length: plan.pipeline }, (_, stage) => {
    return { stage, npus, nodes: new StageStep(model, plan, pieces, rates, durations, stage).nodes() };
  });
  return { model, plan, stages };
}

/** A layer's turn in a pass. */
interface Turn {
  readonly layer: number;
  readonly pass: Pass;
}

class StageStep {
  readonly #builder = new StageBuilder();
  /** Of a message to the next stage, or back. */
  readonly #bytes: number;
  /** Layers of all passes in order, and how many have been begun and gathered. */
  readonly #turns: Turn[] = [];
  #begun = 0;
  readonly #gathers: (number | undefined)[] = [];
  /** The node with which each turn ends. */
  readonly #ends: (number | undefined)[] = [];
  readonly #passes = new Map<string, readonly Piece[]>();
  readonly #counts = new Map<boolean, ParameterCount>();
  /** Gradients that have not been summed up. */
  #pending: ParameterCount = { dense: 0, routed: 0 };

  constructor(
    private readonly model: Model,
    private readonly plan: Plan,
    private readonly pieces: ModelPieces,
    private readonly rates: ComputeRates,
    private readonly durations: MeasuredDurations,
    private readonly stage: number,
  ) {
    this.#bytes = pipelineBytes(model, plan);
  }

  nodes(): StageGraph['nodes'] {
    const passes = passesOf(this.plan, this.stage);
    if (this.plan.zero === 3) {
      for (const pass of passes) for (const layer of this.#layers(pass)) this.#turns.push({ layer, pass });
    }
    const left = new Array<number>(this.plan.chunks).fill(this.plan.microBatches);
    for (const pass of passes) {
      if (pass.direction === 'forward') this.#forward(pass);
      else {
        left[pass.chunk] = (left[pass.chunk] as number) - 1;
        this.#backward(pass, left[pass.chunk] === 0);
      }
    }
    this.#finish();
    return this.#builder.nodes;
  }

  #forward(pass: Pass): void {
    this.#receive(pass);
    const name = nameOf(pass);
    if (this.plan.zero === 3) {
      this.#builder.run(name, this.#gather(pass));
      this.#gatherOuter(pass);
      if (this.#isFirst(pass)) this.#builder.run(name, this.pieces.embedding.forward);
      for (const layer of this.#layers(pass)) this.#layer(name, layer, 'forward');
      if (this.#isLast(pass)) this.#builder.run(name, this.pieces.output.forward);
    } else this.#builder.run(name, this.#whole(pass));
    this.#send(pass);
  }

  /** @param isFinal - gradients of the chunk are complete behind it. */
  #backward(pass: Pass, isFinal: boolean): void {
    const { zero, overlapGradients } = this.plan;
    const sums = zero >= 2 || (isFinal && overlapGradients);
    this.#receive(pass);
    const name = nameOf(pass);
    if (!sums) {
      this.#builder.run(name, this.#whole(pass));
      this.#send(pass);
      return;
    }
    this.#builder.run(name, this.#gather(pass));
    if (this.#isLast(pass)) this.#builder.run(name, this.pieces.output.backward);
    for (const layer of this.#layers(pass)) {
      this.#layer(name, layer, 'backward');
      this.#addPending(this.#parameters(layer));
      if (this.#pendingBytes >= this.plan.bucketBytes) this.#sumInPass(name);
    }
    // Of a micro-batch nothing is kept whole for the next.
    if (zero >= 2) this.#sumInPass(name);
    if (this.#isFirst(pass)) this.#builder.run(name, this.pieces.embedding.backward);
    this.#send(pass);
  }

  /** The pieces of a pass that nothing comes between; passes that are alike share the list. */
  #whole(pass: Pass): readonly Piece[] {
    const { direction, chunk } = pass;
    const key = `${direction} ${chunk}`;
    let list = this.#passes.get(key);
    if (list === undefined) {
      const { embedding, output } = this.pieces;
      const [first, last] = [
        this.#isFirst(pass) ? embedding[direction] : [],
        this.#isLast(pass) ? output[direction] : [],
      ];
      const layers = this.#layers(pass).flatMap((layer) => this.pieces.layer(layer)[direction]);
      const ends = direction === 'forward' ? [first, last] : [last, first];
      list = [...this.#gather(pass), ...(ends[0] ?? []), ...layers, ...(ends[1] ?? [])];
      this.#passes.set(key, list);
    }
    return list;
  }

  #layer(name: string, layer: number, direction: keyof PassPieces): void {
    const turn = this.#begun++;
    if (this.plan.zero === 3) {
      this.#gatherUpTo(turn + this.plan.prefetch);
      this.#builder.wait(this.#gathers[turn]);
    }
    this.#builder.run(name, this.pieces.layer(layer)[direction]);
    if (this.plan.zero === 3) this.#ends[turn] = this.#builder.end;
  }

  /** Collects weights of the turns up to `turn`; each may begin once there is room, behind the turn before those it is ahead of. */
  #gatherUpTo(turn: number): void {
    for (let next = this.#gathers.length; next <= Math.min(turn, this.#turns.length - 1); next++) {
      const { layer, pass } = this.#turns[next] as Turn;
      const { dense, routed } = this.#parameters(layer);
      const gathers = [...weightGather(this.plan, 'data', dense), ...weightGather(this.plan, 'expert-data', routed)];
      const after = this.#ends[next - 1 - this.plan.prefetch];
      this.#gathers[next] = this.#builder.side(`weights ${nameOf(pass)} layer ${layer}`, gathers, after);
    }
  }

  /** Layers that are alike have as many. */
  #parameters(layer: number): ParameterCount {
    const isMixture = hasExperts(this.model, layer);
    let count = this.#counts.get(isMixture);
    if (count === undefined) {
      count = layerParameters(this.model, layer, this.plan);
      this.#counts.set(isMixture, count);
    }
    return count;
  }

  /** Embedding and output matrix are whole from the forward pass on, as FSDP has them in its outermost unit. */
  #gatherOuter(pass: Pass): void {
    if (!this.#isFirst(pass) && !this.#isLast(pass)) return;
    const outer = outerParameters(this.model, this.plan, this.stage);
    this.#builder.wait(this.#side(`weights ${nameOf(pass)}`, weightGather(this.plan, 'data', outer)));
  }

  get #pendingBytes(): number {
    return unsharded(this.#pending) * this.plan.precision.gradients;
  }

  #addPending({ dense, routed }: ParameterCount): void {
    this.#pending = { dense: this.#pending.dense + dense, routed: this.#pending.routed + routed };
  }

  #sumInPass(pass: string): void {
    const sum = this.#sumPending(`gradients ${pass}`);
    if (!this.plan.overlapGradients) this.#builder.wait(sum);
  }

  #sumPending(name: string): number | undefined {
    const { dense, routed } = this.#pending;
    this.#pending = { dense: 0, routed: 0 };
    const { plan } = this;
    const sums = [...gradientCollective(plan, 'data', dense), ...gradientCollective(plan, 'expert-data', routed)];
    return this.#builder.side(name, sums, this.#builder.end);
  }

  /** What is left of the gradients, the optimizer, and the weights that others have worked out. */
  #finish(): void {
    const { model, plan, stage } = this;
    const all = stageParameters(model, plan, stage);
    const outer = outerParameters(model, plan, stage);
    const isSummed = plan.zero >= 2 || plan.overlapGradients;
    this.#addPending(isSummed ? { dense: outer, routed: 0 } : all);
    this.#sumPending('gradients');
    if (sharesEmbedding(model, plan, stage)) {
      this.#side('embedding gradient', gradientCollective(plan, 'embedding', embeddingParameters(model, plan)));
    }
    this.#builder.wait(this.#builder.sideEnd);
    this.#optimizer(all);
    if (plan.zero === 0 || plan.zero === 3) return;
    const { dense, routed } = all;
    this.#side('weights', [...weightGather(plan, 'data', dense), ...weightGather(plan, 'expert-data', routed)]);
  }

  #side(name: string, collectives: readonly GroupCollective[]): number | undefined {
    return this.#builder.side(name, collectives, this.#builder.end);
  }

  /** Memory-bound: reads the gradient, reads and writes its states, writes the weight, of every parameter it has. */
  #optimizer(all: ParameterCount): void {
    const { zero, precision } = this.plan;
    const parameters = zero === 0 ? unsharded(all) : sharded(all, this.plan);
    const bytes = Math.round(parameters * (precision.gradients + 2 * precision.optimizer + precision.weights));
    const { memoryBandwidth, memoryEfficiency } = this.rates;
    const ns = Math.max(1, Math.round(bytes / (memoryBandwidth * memoryEfficiency)));
    this.#builder.optimizer(this.durations.optimizerNs ?? ns, bytes);
  }

  /** In the order of the pass. */
  #layers({ direction, chunk }: Pass): number[] {
    const [first, end] = layersOf(this.model, this.plan, this.stage, chunk);
    const layers = Array.from({ length: end - first }, (_, i) => first + i);
    return direction === 'forward' ? layers : layers.reverse();
  }

  #isFirst({ chunk }: Pass): boolean {
    return isFirst(this.stage) && chunk === 0;
  }

  #isLast({ chunk }: Pass): boolean {
    return isLast(this.plan, this.stage) && chunk === this.plan.chunks - 1;
  }

  #receive(pass: Pass): void {
    if (this.#isEnd(pass)) return;
    const from = this.#neighbour(pass.direction === 'forward' ? -1 : 1);
    this.#builder.receive(`receive ${nameOf(pass)}`, from, this.#bytes, this.#tag(pass, pass.chunk));
  }

  /** What a pass begins with once its message has come. */
  #gather(pass: Pass): readonly Piece[] {
    return this.#isEnd(pass) ? [] : gatherShares(this.model, this.plan).map((one) => ({ kind: 'collective', ...one }));
  }

  /** Whether a pass begins here: no message comes before it. */
  #isEnd(pass: Pass): boolean {
    return pass.direction === 'forward' ? this.#isFirst(pass) : this.#isLast(pass);
  }

  /** To where the pass goes on: chunks follow each other round the ring of stages. */
  #send(pass: Pass): void {
    const isForward = pass.direction === 'forward';
    if (isForward ? this.#isLast(pass) : this.#isFirst(pass)) return;
    const step = isForward ? 1 : -1;
    const to = this.#neighbour(step);
    const chunk = to === this.stage + step ? pass.chunk : pass.chunk + step;
    const beside = this.plan.overlapPipeline;
    this.#builder.send(`send ${nameOf(pass)}`, to, this.#bytes, this.#tag(pass, chunk), beside);
  }

  #neighbour(step: 1 | -1): number {
    return (this.stage + step + this.plan.pipeline) % this.plan.pipeline;
  }

  /** Of the message that a pass through `chunk` waits for. */
  #tag({ direction, microBatch }: Pass, chunk: number): number {
    return 2 * (microBatch * this.plan.chunks + chunk) + (direction === 'forward' ? 0 : 1);
  }
}

function nameOf({ direction, microBatch, chunk }: Pass): string {
  return `${direction} ${microBatch}${chunk === 0 ? '' : `, chunk ${chunk}`}`;
}
