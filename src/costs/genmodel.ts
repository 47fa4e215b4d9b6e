import * as v from 'valibot';
import { ConfigError, readAll, show } from '../base/errors.js';
import { keys, parse, reading, whole } from '../base/validate.js';

/**
 * GenModel's costs of a step beyond latency and bandwidth: reductions, the memory
 * traffic of reductions, and several senders into one receiver. All zero, without a threshold,
 * give the alpha-beta model. No overlap of reduction and transfer, no pipelining, no topology.
 */
export interface GenModelTerms {
  readonly alphaUs: number;
  readonly betaUsPerByte: number;
  /** Per byte reduced: k inputs of x bytes reduce (k - 1) x. */
  readonly gammaUsPerByte: number;
  /** Per byte that a reduction reads or writes: k inputs of x bytes move (k + 1) x. */
  readonly deltaUsPerByte: number;
  /** Per byte and sender above {@link incastThreshold}. */
  readonly epsilonUsPerByte: number;
  /** Simultaneous senders into one receiver that cost nothing extra, without the receiver itself. */
  readonly incastThreshold: number;
}

/** How often the slowest NPU pays each term of {@link GenModelTerms}. */
export interface GenModelCounts {
  readonly rounds: number;
  readonly bytesPerNpu: number;
  readonly reducedBytes: number;
  readonly memoryBytes: number;
  /** Bytes times the senders above the threshold. */
  readonly incastExcessBytes: number;
}

export type GenModelAlgorithm = 'ring' | 'halving-doubling' | 'direct' | 'hierarchical';
export type GenModelCollective = 'all-reduce' | 'reduce-scatter' | 'all-gather';

export interface GenModelCall {
  readonly algorithm: GenModelAlgorithm;
  readonly npus: number;
  /** The whole buffer. Parts are real numbers, not rounded. */
  readonly bytes: number;
  /** Default all-reduce; the other two are its halves. */
  readonly collective?: GenModelCollective;
  /** For the hierarchical algorithm: members of a group on each level, innermost first. */
  readonly factors?: readonly number[];
  /** Default none. */
  readonly incastThreshold?: number;
}

const NOTHING: GenModelCounts = { rounds: 0, bytesPerNpu: 0, reducedBytes: 0, memoryBytes: 0, incastExcessBytes: 0 };

/**
 * The cost of a collective under GenModel, as counts. Direct is the algorithm of co-located
 * parameter servers. Throws a ConfigError for an invalid call.
 */
export function genModelCounts(call: GenModelCall): GenModelCounts {
  check(call);
  const { npus, bytes, collective = 'all-reduce', incastThreshold = Number.POSITIVE_INFINITY } = call;
  if (npus === 1) return NOTHING;
  let rounds = 0;
  let sent = 0;
  let reducedBytes = 0;
  let memoryBytes = 0;
  let excess = 0;
  const add = (times: number, members: number, part: number) => {
    rounds += times;
    sent += times * (members - 1) * part;
    reducedBytes += times * (members - 1) * part;
    memoryBytes += times * (members + 1) * part;
    excess += times * (members - 1) * part * Math.max(members - 1 - incastThreshold, 0);
  };
  if (call.algorithm === 'ring') {
    add(npus - 1, 2, bytes / npus);
  } else {
    let part = bytes;
    for (const members of levelsOf(call)) {
      part /= members;
      add(1, members, part);
    }
  }
  // The counts above are for the scatter, which reduces. The gather sends as much and reduces nothing.
  const passes = collective === 'all-reduce' ? 2 : 1;
  const reduces = collective === 'all-gather' ? 0 : 1;
  return {
    rounds: passes * rounds,
    bytesPerNpu: passes * sent,
    reducedBytes: reduces * reducedBytes,
    memoryBytes: reduces * memoryBytes,
    incastExcessBytes: passes * excess,
  };
}

/**
 * Time of these counts, us.
 * @throws ConfigError for anything but numbers of at least 0.
 */
export function genModelUs(counts: GenModelCounts, terms: GenModelTerms): number {
  parse(pricedSchema, { counts, terms });
  return (
    counts.rounds * terms.alphaUs +
    counts.bytesPerNpu * terms.betaUsPerByte +
    counts.reducedBytes * terms.gammaUsPerByte +
    counts.memoryBytes * terms.deltaUsPerByte +
    counts.incastExcessBytes * terms.epsilonUsPerByte
  );
}

/** Halving-doubling is a hierarchy of pairs, direct a hierarchy of one level. */
function levelsOf({ algorithm, npus, factors = [] }: GenModelCall): readonly number[] {
  if (algorithm === 'hierarchical') return factors;
  return algorithm === 'direct' ? [npus] : new Array<number>(Math.log2(npus)).fill(2);
}

/** Counts up to this have finite products. */
const MOST = 1e100;
const number = (what: string, atMost = MOST) => {
  const message = `${what}, at least 0`;
  return v.pipe(v.number(message), v.minValue(0, message), v.maxValue(atMost, `${what}, at most ${atMost}`));
};
const callSchema = keys({
  algorithm: v.picklist(['ring', 'halving-doubling', 'direct', 'hierarchical']),
  npus: whole(1, Number.MAX_SAFE_INTEGER),
  bytes: number('bytes', Number.MAX_SAFE_INTEGER),
  collective: v.optional(v.picklist(['all-reduce', 'reduce-scatter', 'all-gather'])),
  factors: v.optional(v.array(whole(2, Number.MAX_SAFE_INTEGER), 'a list of whole numbers')),
  incastThreshold: v.optional(number('senders', Number.POSITIVE_INFINITY)),
});
export const countsSchema = keys({
  rounds: number('a count'),
  bytesPerNpu: number('bytes'),
  reducedBytes: number('bytes'),
  memoryBytes: number('bytes'),
  incastExcessBytes: number('bytes'),
});
const time = number('a time');
const termsSchema = keys({
  alphaUs: time,
  betaUsPerByte: time,
  gammaUsPerByte: time,
  deltaUsPerByte: time,
  epsilonUsPerByte: time,
  incastThreshold: number('senders', Number.POSITIVE_INFINITY),
});
const pricedSchema = keys({ counts: countsSchema, terms: termsSchema });

function check(call: GenModelCall): void {
  readAll(
    () => parse(callSchema, call),
    () => reading(() => checkLevels(call)),
  );
}

/** Checks only what each algorithm requires of the number of NPUs. */
function checkLevels(call: GenModelCall | undefined): void {
  const { algorithm, npus, factors } = call ?? {};
  if (typeof npus !== 'number') return;
  if (algorithm === 'halving-doubling' && !isPowerOfTwo(npus)) {
    throw new ConfigError([{ path: 'npus', expected: 'a power of two', got: show(npus) }]);
  }
  const product = Array.isArray(factors) ? factors.reduce((all, factor) => all * Number(factor), 1) : undefined;
  if (algorithm === 'hierarchical' && product !== npus) {
    throw new ConfigError([
      { path: 'factors', expected: `whole numbers from 2 on, with ${npus} as product`, got: show(factors) },
    ]);
  }
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}
