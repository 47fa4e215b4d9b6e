import type { Quantity } from '../base/units.js';
import type { NumberFormat } from './cluster.js';

/** Kinds of parallelism that ranks are numbered along. Expert parallelism lies within data. */
export type Axis = 'tensor' | 'context' | 'data' | 'pipeline';

/**
 * Order of the passes of micro-batches through a stage. `"gpipe"`: all forward, then all backward
 * (Huang et al., arXiv 1811.06965). `"1f1b"`: in turns as soon as may be. `"interleaved"`: the
 * same with several chunks of layers per stage (both Narayanan et al., arXiv 2104.04473).
 */
export type PipelineSchedule = 'gpipe' | '1f1b' | 'interleaved';

/** Bytes of a number of each kind of tensor, and what matrices are multiplied in. */
export interface PrecisionSpec {
  /** Default 2. */
  readonly weights?: number;
  /** Default 2. */
  readonly activations?: number;
  /** Default 4: as they are accumulated and reduced. */
  readonly gradients?: number;
  /** Of the optimizer per parameter. Default 12: Adam's two moments and a master copy, in fp32. */
  readonly optimizer?: number;
  /** Default `"bf16"`. */
  readonly compute?: NumberFormat;
}

/** How a model is trained: degrees of parallelism, whose product is the number of NPUs, and the rest. */
export interface PlanSpec {
  /** Sequences in a step, over all NPUs. */
  readonly globalBatch: number;
  /** Sequences that go through a stage at a time. Default 1. */
  readonly microBatch?: number;
  /** Every layer split over so many NPUs (Shoeybi et al., arXiv 1909.08053). Default 1. */
  readonly tensor?: number;
  /**
   * What tensor parallelism leaves whole is split along the sequence: all-gathers and
   * reduce-scatters instead of all-reduces (Korthikanti et al., arXiv 2205.05198). Default false.
   */
  readonly sequenceParallel?: boolean;
  /** Every sequence split over so many NPUs that pass keys and values round a ring (Liu et al., arXiv 2310.01889). Default 1. */
  readonly context?: number;
  /** The layers split into so many stages. Default 1. */
  readonly pipeline?: number;
  /** Default `"1f1b"`; with several chunks `"interleaved"`. */
  readonly schedule?: PipelineSchedule;
  /** Chunks of layers per stage: more than one are interleaved. Default 1; of the interleaved schedule 2. */
  readonly chunks?: number;
  /** Replicas, each with its part of the batch. Default 1. */
  readonly data?: number;
  /** Experts spread over so many of the replicas; divides `data`. Default 1. */
  readonly expert?: number;
  /**
   * What replicas split among them (Rajbhandari et al., arXiv 1910.02054): 0 nothing, 1 states of
   * the optimizer, 2 gradients too, 3 weights too (FSDP). Default 0.
   */
  readonly zero?: 0 | 1 | 2 | 3;
  /** Layers whose weights are gathered ahead of time, with `zero: 3`. Default 1. */
  readonly prefetch?: number;
  /** Reduce gradients while the backward pass goes on. Default false: all at its end. */
  readonly overlapGradients?: boolean;
  /** Gradients that are overlapped or split are reduced in pieces of at least so many bytes. Default: one layer at a time. */
  readonly bucket?: Quantity;
  /** Go on while a message to the next stage is under way. Default false. */
  readonly overlapPipeline?: boolean;
  /** Tensor ranks each send a share to the next stage, which gathers them (Narayanan et al.). Default false. */
  readonly scatterGather?: boolean;
  /** Activations that the backward pass computes anew: those of the attention's core, or all but a layer's input. Default `"none"`. */
  readonly recompute?: 'none' | 'selective' | 'full';
  /** Attention in one kernel that keeps its scores on the chip (FlashAttention, arXiv 2205.14135). Default false. */
  readonly fusedAttention?: boolean;
  readonly precision?: PrecisionSpec;
  /** How ranks are numbered, nearest neighbours first. Default tensor, context, data, pipeline. */
  readonly order?: readonly Axis[];
}
