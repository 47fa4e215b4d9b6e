import { type AlgorithmDefinition, lanesOf, type ProgramRequest } from './algorithm.js';
import type { StepId } from './builder-options.js';
import { peers } from './expand.js';
import { StepBuilder } from './step-builder.js';
import { COMPUTE, REDUCE, type StepProgram } from './step-program.js';

/**
 * What a step costs beyond latency and bandwidth, after GenModel (see `astra-sim-ts/costs`). These terms
 * replace reductions priced by local memory bandwidth.
 */
export interface StepTerms {
  /** Per byte reduced: k inputs of x bytes reduce (k - 1) x. Default 0. */
  readonly gammaUsPerByte?: number;
  /** Per byte that a reduction reads or writes: k inputs of x bytes move (k + 1) x. Default 0. */
  readonly deltaUsPerByte?: number;
  /** Per byte and sender above {@link incastThreshold}. Default 0. */
  readonly epsilonUsPerByte?: number;
  /** Simultaneous senders into one receiver that cost nothing extra, without the receiver. Default: any number. */
  readonly incastThreshold?: number;
}

/**
 * An algorithm in rounds: a rank sends a window of messages, waits for as
 * many, and pays for them all at once.
 */
export function pricedProgram(definition: AlgorithmDefinition, request: ProgramRequest, terms: StepTerms): StepProgram {
  const lanes = lanesOf(definition, request);
  const [first] = lanes;
  if (first?.kind === 'steps') return withPricedReductions(first, terms);
  const { ranks } = request;
  const steps = new StepBuilder({ ranks });
  for (const [channel, program] of lanes.entries()) {
    if (program.kind !== 'token') continue;
    const { sends, window, bytes: sizes } = program;
    for (let rank = 0; rank < ranks; rank++) {
      let before: readonly StepId[] = [];
      for (let start = 0; start < sends; start += window) {
        const over: StepId[] = [];
        let bytes = 0;
        let most = 0;
        const count = Math.min(window, sends - start);
        for (let k = start; k < start + count; k++) {
          const size = sizes[k % sizes.length] as number;
          const { to, from } = peers(program, ranks, rank, k);
          const options = { bytes: size, channel, after: before };
          over.push(steps.send(rank, to, [], options), steps.receive(rank, from, [], options));
          bytes += size;
          most = Math.max(most, size);
        }
        const adds = definition.cargo?.(request, rank, start).adds ?? false;
        const ns = roundNs(terms, { bytes, most, senders: count, adds });
        before = ns === 0 ? over : [steps.compute(rank, ns, { after: over })];
      }
    }
  }
  return steps.build();
}

/** What a rank pays for the messages of a round, whole ns. */
function roundNs(
  { gammaUsPerByte = 0, deltaUsPerByte = 0, epsilonUsPerByte = 0, incastThreshold = Infinity }: StepTerms,
  round: { readonly bytes: number; readonly most: number; readonly senders: number; readonly adds: boolean },
): number {
  const { bytes, most, senders, adds } = round;
  const excess = Math.max(senders - incastThreshold, 0);
  const reduced = adds ? gammaUsPerByte * bytes + deltaUsPerByte * (bytes + 2 * most) : 0;
  return Math.round(1000 * (reduced + epsilonUsPerByte * excess * bytes));
}

/** Prices reductions, of two inputs each, by GenModel. Ignores incast: a program does not say who sends at once. */
export function withPricedReductions(program: StepProgram, terms: StepTerms): StepProgram {
  const { does, bytes, alternate } = program;
  const ns = program.ns.length === 0 ? new Float64Array(does.length) : program.ns.slice();
  const priced = does.map((what, step) => {
    if (what !== REDUCE) return what;
    const size = bytes[step] as number;
    ns[step] = roundNs(terms, { bytes: size, most: size, senders: 1, adds: true });
    return COMPUTE;
  });
  return {
    ...program,
    does: priced,
    ns,
    ...(alternate === undefined ? {} : { alternate: withPricedReductions(alternate, terms) }),
  };
}
