import { ConfigError, type Issue, show } from '../base/errors.js';

/**
 * What a step costs beyond latency and bandwidth, after GenModel: reductions, the memory
 * traffic of reductions, and several senders into one receiver. All zero, and no threshold,
 * is the alpha-beta model. No overlap of reduction and transfer, no pipelining, no topology.
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
  /** Senders into one receiver at once that cost nothing extra; the receiver is not counted. */
  readonly incastThreshold: number;
}

/** How often each term of {@link GenModelTerms} is paid by the slowest NPU. */
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
  /** Of the hierarchical algorithm: members of a group on each level, innermost first. */
  readonly factors?: readonly number[];
  /** Default none. */
  readonly incastThreshold?: number;
}

const NOTHING: GenModelCounts = { rounds: 0, bytesPerNpu: 0, reducedBytes: 0, memoryBytes: 0, incastExcessBytes: 0 };

/**
 * What a collective costs under GenModel, as counts. Direct is the algorithm of co-located
 * parameter servers. Throws a ConfigError for a call that cannot be.
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
  // Counted above: the scatter, which reduces. The gather sends as much and reduces nothing.
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

/** Time in us of what has been counted. */
export function genModelUs(counts: GenModelCounts, terms: GenModelTerms): number {
  return (
    counts.rounds * terms.alphaUs +
    counts.bytesPerNpu * terms.betaUsPerByte +
    counts.reducedBytes * terms.gammaUsPerByte +
    counts.memoryBytes * terms.deltaUsPerByte +
    counts.incastExcessBytes * terms.epsilonUsPerByte
  );
}

/** Halving-doubling is a hierarchy of pairs, direct one of a single level. */
function levelsOf({ algorithm, npus, factors = [] }: GenModelCall): readonly number[] {
  if (algorithm === 'hierarchical') return factors;
  return algorithm === 'direct' ? [npus] : new Array<number>(Math.log2(npus)).fill(2);
}

const ALGORITHMS: readonly string[] = ['ring', 'halving-doubling', 'direct', 'hierarchical'];
const COLLECTIVES: readonly string[] = ['all-reduce', 'reduce-scatter', 'all-gather'];

function check(call: GenModelCall): void {
  const { algorithm, npus, bytes, factors, collective = 'all-reduce', incastThreshold = 0 } = call;
  const issues: Issue[] = [];
  const need = (fits: boolean, path: string, expected: string, value: unknown) => {
    if (!fits) issues.push({ path, expected, got: show(value) });
  };
  need(ALGORITHMS.includes(algorithm), 'algorithm', `one of ${ALGORITHMS.join(', ')}`, algorithm);
  need(COLLECTIVES.includes(collective), 'collective', `one of ${COLLECTIVES.join(', ')}`, collective);
  const counts = Number.isSafeInteger(npus) && npus >= 1;
  need(counts, 'npus', 'a whole number, at least 1', npus);
  need(Number.isFinite(bytes) && bytes >= 0, 'bytes', 'bytes, at least 0', bytes);
  need(incastThreshold >= 0, 'incastThreshold', 'senders, at least 0', incastThreshold);
  if (algorithm === 'halving-doubling' && counts) need(isPowerOfTwo(npus), 'npus', 'a power of two', npus);
  if (algorithm === 'hierarchical') {
    const whole = factors?.every((factor) => Number.isSafeInteger(factor) && factor >= 2) ?? false;
    const product = factors?.reduce((all, factor) => all * factor, 1);
    need(whole && product === npus, 'factors', `whole numbers from 2 on, with ${show(npus)} as product`, factors);
  }
  if (issues.length > 0) throw new ConfigError(issues);
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}
