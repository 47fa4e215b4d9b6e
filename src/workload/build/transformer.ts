import type { GroupAxis } from '../relative.js';
import type { WorkGraph } from '../work-graph.js';
import { GraphBuilder, type TransferFields } from './graph-builder.js';
import { oneForwardOneBackward, type Pass } from './pipeline-schedule.js';
import {
  activationBytes,
  embeddingGradientBytes,
  forwardWork,
  type LayerWork,
  layerGradientBytes,
  positionGradientBytes,
  type Work,
} from './transformer-costs.js';
import { coordinatesOf, type Groups, groupFamilies, groupsOf, npuAt } from './transformer-layout.js';
import { type TransformerModel, type TransformerOptions, transformerModel } from './transformer-model.js';

/** What `simulateWorkload` takes beside the machine. */
export interface TransformerWorkload {
  /** One per NPU; those of a stage share theirs. */
  readonly graphs: WorkGraph[];
  /** Families of communicator groups, by the axes along which their members lie. */
  readonly groups: Record<string, GroupAxis[]>;
}

/**
 * The work of one training step of a transformer, parallel in up to three ways: each layer split
 * over NPUs (tensor), the batch (data), the layers (pipeline, 1F1B). What is computed and sent
 * stands with the formulas in `transformer-costs.ts`; neither recomputation of activations nor
 * the optimizer is part of it. Durations come from `flops`; every computation has the
 * attributes of the roofline model as well.
 *
 * @throws ConfigError when an option is wrong.
 */
export function transformerWorkload(options: TransformerOptions): TransformerWorkload {
  const model = transformerModel(options);
  const { families, ofStage } = groupFamilies(model);
  const stride = model.tensorParallel * model.dataParallel;
  const ends = (from: number, to: number) => ({ peer: { stride, size: model.pipelineParallel, step: to - from } });
  const stages = Array.from({ length: model.pipelineParallel }, (_, stage) =>
    new Step(model, stage, ofStage(stage), ends).graph(),
  );
  const graphs = Array.from({ length: model.npus }, (_, npu) => stages[Math.floor(npu / stride)] as WorkGraph);
  return { graphs, groups: families };
}

/** The work of one NPU by itself, with its groups and peers by number, as trace files have them. */
export function transformerGraph(model: TransformerModel, npu: number): WorkGraph {
  const at = coordinatesOf(model, npu);
  const ends = (_: number, stage: number) => ({ self: npu, peer: npuAt(model, { ...at, stage }) });
  return new Step(model, at.stage, groupsOf(model, at), ends).graph();
}

/** The ends of a message from an NPU of one stage to that of the same rank in another. */
type Ends = (from: number, to: number) => Pick<TransferFields, 'peer' | 'self'>;

/** Builds the step of one NPU: one chain of nodes, beside which only sends and gradients run. */
class Step {
  readonly #model: TransformerModel;
  readonly #stage: number;
  readonly #groups: Groups;
  readonly #ends: Ends;
  readonly #work: LayerWork;
  readonly #bytes: number;
  readonly #builder = new GraphBuilder();
  /** The end of the chain. */
  #last: readonly number[] = [];

  constructor(model: TransformerModel, stage: number, groups: Groups, ends: Ends) {
    this.#model = model;
    this.#stage = stage;
    this.#groups = groups;
    this.#ends = ends;
    this.#work = forwardWork(model);
    this.#bytes = activationBytes(model);
  }

  graph(): WorkGraph {
    const { pipelineParallel, microBatches } = this.#model;
    for (const pass of oneForwardOneBackward(this.#stage, pipelineParallel, microBatches)) {
      if (pass.direction === 'forward') this.#forward(pass);
      else this.#backward(pass);
    }
    this.#gradients();
    return this.#builder.graph();
  }

  #forward(pass: Pass): void {
    const stage = this.#stage;
    this.#receive(pass, stage - 1);
    if (this.#hasEmbedding) this.#sumOverTensor(`embedding forward ${pass.microBatch}`);
    for (const layer of this.#layers()) {
      this.#block(`layer ${layer} attention`, pass, this.#work.attention);
      this.#block(`layer ${layer} feed-forward`, pass, this.#work.feedForward);
    }
    // The loss needs no whole output: nothing of its size is sent.
    if (this.#hasOutput) this.#compute('output', pass, this.#work.output);
    this.#send(pass, stage + 1);
  }

  #backward(pass: Pass): void {
    const stage = this.#stage;
    const { microBatches, overlapGradients } = this.#model;
    this.#receive(pass, stage + 1);
    if (this.#hasOutput) this.#block('output', pass, this.#work.output);
    for (const layer of this.#layers().reverse()) {
      this.#block(`layer ${layer} feed-forward`, pass, this.#work.feedForward);
      this.#block(`layer ${layer} attention`, pass, this.#work.attention);
      if (overlapGradients && pass.microBatch === microBatches - 1) {
        this.#sum(`layer ${layer} gradients`, this.#groups.data, layerGradientBytes(this.#model));
      }
    }
    this.#send(pass, stage - 1);
  }

  #gradients(): void {
    const model = this.#model;
    const embedding = embeddingGradientBytes(model);
    const layers = model.overlapGradients ? 0 : model.stageLayers * layerGradientBytes(model);
    const words = this.#hasEmbedding || this.#hasOutput ? embedding : 0;
    const positions = this.#hasEmbedding ? positionGradientBytes(model) : 0;
    this.#wait(this.#sum('gradients', this.#groups.data, layers + words + positions));
    this.#wait(this.#sum('embedding gradient', this.#groups.embedding, embedding));
  }

  get #hasEmbedding(): boolean {
    return this.#model.vocabulary > 0 && this.#stage === 0;
  }

  get #hasOutput(): boolean {
    return this.#model.vocabulary > 0 && this.#stage === this.#model.pipelineParallel - 1;
  }

  #layers(): number[] {
    const { stageLayers } = this.#model;
    return Array.from({ length: stageLayers }, (_, i) => this.#stage * stageLayers + i);
  }

  /** Work whose result, or in the backward pass its input's gradient, is a sum over the tensor-parallel group. */
  #block(name: string, pass: Pass, work: Work): void {
    this.#compute(name, pass, work);
    this.#sumOverTensor(`${name} ${pass.direction} ${pass.microBatch}`);
  }

  #compute(name: string, { direction, microBatch }: Pass, work: Work): void {
    const factor = direction === 'forward' ? 1 : 2;
    const operations = factor * work.operations;
    const { flops } = this.#model;
    // Whole microseconds, as trace files have them.
    const ns = flops === undefined ? 1 : 1000 * Math.round((operations / flops) * 1e6);
    const roofline = { operations, bytes: factor * work.bytes };
    this.#wait(this.#builder.compute(`${name} ${direction} ${microBatch}`, this.#last, ns, roofline));
  }

  #sumOverTensor(name: string): void {
    this.#wait(this.#sum(name, this.#groups.tensor, this.#bytes));
  }

  /** An all-reduce over a group, if there is one and something to reduce. */
  #sum(name: string, group: string | undefined, bytes: number): number | undefined {
    if (group === undefined || bytes === 0) return undefined;
    return this.#builder.collective(`${name} all-reduce`, this.#last, { collective: 'all-reduce', bytes, group });
  }

  #wait(node: number | undefined): void {
    if (node !== undefined) this.#last = [node];
  }

  /** Nothing waits for a send. */
  #send(pass: Pass, stage: number): void {
    const transfer = this.#transfer(pass, stage);
    if (transfer !== undefined) this.#builder.send(nameOf('send', pass), this.#last, transfer);
  }

  #receive(pass: Pass, stage: number): void {
    const transfer = this.#transfer(pass, stage);
    if (transfer !== undefined) this.#wait(this.#builder.receive(nameOf('receive', pass), this.#last, transfer));
  }

  /** To or from the NPU of the same rank in another stage; undefined beyond the first and last. */
  #transfer({ direction, microBatch }: Pass, stage: number): TransferFields | undefined {
    const model = this.#model;
    if (stage < 0 || stage >= model.pipelineParallel) return undefined;
    const tag = 2 * microBatch + (direction === 'forward' ? 0 : 1);
    return { ...this.#ends(this.#stage, stage), bytes: this.#bytes, tag };
  }
}

function nameOf(what: 'send' | 'receive', { direction, microBatch }: Pass): string {
  return `${what} ${direction === 'forward' ? 'activations' : 'gradients'} ${microBatch}`;
}
