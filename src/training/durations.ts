import * as v from 'valibot';
import { keys, whole } from '../base/validate.js';

/** Both directions of something on one NPU, for one micro-batch: whole ns, at least 1. */
export interface PassDurations {
  readonly forwardNs: number;
  readonly backwardNs: number;
}

/** Measured durations of computations, in place of the roofline model; what is left out stays modelled. */
export interface MeasuredDurations {
  /** All computations of a layer: those of its parts are scaled to it. */
  readonly layer?: PassDurations | undefined;
  /** Norm, projections and residual of an attention block: all but its core. */
  readonly attention?: PassDurations | undefined;
  /** Scores, softmax and their product with the values. */
  readonly core?: PassDurations | undefined;
  /** The feed-forward block of a dense layer. */
  readonly feedForward?: PassDurations | undefined;
  /** The block of a layer with experts. */
  readonly experts?: PassDurations | undefined;
  /** Looking up the embedding. */
  readonly embedding?: PassDurations | undefined;
  /** The last norm, the output matrix and the loss. */
  readonly output?: PassDurations | undefined;
  /** The optimizer's step. */
  readonly optimizerNs?: number | undefined;
}

/** Kinds of computations that a duration can stand for. */
export type MeasuredPart = Exclude<keyof MeasuredDurations, 'layer' | 'optimizerNs'>;

const ns = whole(1, Number.MAX_SAFE_INTEGER);
const pass = v.optional(keys({ forwardNs: ns, backwardNs: ns }));

export const durationsSchema = keys({
  layer: pass,
  attention: pass,
  core: pass,
  feedForward: pass,
  experts: pass,
  embedding: pass,
  output: pass,
  optimizerNs: v.optional(ns),
} satisfies Record<keyof MeasuredDurations, v.GenericSchema>);
