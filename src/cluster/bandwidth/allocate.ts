import { ConfigError, show } from '../../base/errors.js';
import { type GeometricProgram, type GeometricSolution, kktResidual } from './geometric-program.js';
import { solveGeometricProgram } from './interior-point.js';
import { type BandwidthOptions, readBandwidthOptions } from './options.js';
import {
  buildProblem,
  type Group,
  insidePoint,
  layout,
  mergeDemands,
  type Problem,
  toGeometricProgram,
  unitTime,
} from './problem.js';

export interface CollectiveShare {
  /** Bytes that one NPU sends in each dimension. */
  readonly bytesPerDimension: readonly number[];
  /** Time of one run, ns. */
  readonly timeNs: number;
}

export interface BandwidthAllocation {
  /** Bandwidth per NPU of each dimension, bytes per ns. */
  readonly bytesPerNs: readonly number[];
  /** Time of all collectives, one after the other, ns. */
  readonly timeNs: number;
  /** Dollars; absent if the dimensions have no prices. */
  readonly price?: number;
  /** Sum over the dimensions; less than the total if more would not help. */
  readonly totalBytesPerNs: number;
  /** Dimensions that no collective crosses. They get no more than their `atLeast`. */
  readonly unusedDimensions: readonly number[];
  readonly collectives: readonly CollectiveShare[];
  readonly method: 'closed-form' | 'interior-point';
  /**
   * Certificate: how far the answer is from meeting the conditions of Karush, Kuhn and Tucker, which
   * are sufficient here. Relative: 1e-9 means a billionth.
   */
  readonly kktResidual: number;
}

/**
 * Splits bandwidth over the dimensions of a network to minimise the time of collectives,
 * or time x price (LIBRA, arXiv 2109.11762). A collective takes as long as its slowest
 * dimension; collectives run one after the other. Not modelled: latency, chunks that
 * wait for each other, overlap with computation, contention.
 *
 * One collective, or several with the same proportions, has a closed form: bandwidth in
 * proportion to bytes. A mix is a geometric program, which is convex in logarithms, so the
 * answer is the global optimum.
 *
 * @throws ConfigError
 */
export function allocateBandwidth(options: BandwidthOptions): BandwidthAllocation {
  const problem = buildProblem(readBandwidthOptions(options));
  const { request, given, groups } = problem;
  const closed = hasClosedForm(problem);
  const program = toGeometricProgram(problem);
  const { bytesPerNs, multipliers } = closed ? closedForm(problem) : search(problem, program);
  const { prices, demands } = request;
  return {
    bytesPerNs,
    timeNs: timeOf(groups, bytesPerNs),
    ...(prices === undefined ? {} : { price: weigh(prices, bytesPerNs) }),
    totalBytesPerNs: bytesPerNs.reduce((sum, bandwidth) => sum + bandwidth, 0),
    unusedDimensions: given.flatMap((_, d) => (groups.every(({ shares }) => shares[d] === 0) ? [d] : [])),
    collectives: demands.map(({ bytes }) => ({
      bytesPerDimension: bytes,
      timeNs: timeOf(mergeDemands([{ bytes, count: 1 }]), bytesPerNs),
    })),
    method: closed ? 'closed-form' : 'interior-point',
    kktResidual: groups.length === 0 ? 0 : kktResidual(program, asPoint(problem, bytesPerNs, multipliers)),
  };
}

/**
 * Time in ns of all collectives with your own bandwidth for each dimension, bytes per ns,
 * for example of an equal split or one in proportion to bytes.
 *
 * @throws ConfigError also if a dimension in use has no bandwidth.
 */
export function communicationTime(options: BandwidthOptions, bytesPerNs: readonly number[]): number {
  const { demands, atLeast } = readBandwidthOptions(options);
  if (!Array.isArray(bytesPerNs) || bytesPerNs.length !== atLeast.length) {
    const expected = `a list of ${atLeast.length} bandwidths, one per dimension`;
    throw new ConfigError([{ path: 'bytesPerNs', expected, got: show(bytesPerNs) }]);
  }
  const groups = mergeDemands(demands);
  const issues = atLeast.flatMap((_, d) => {
    const bandwidth: unknown = bytesPerNs[d];
    const fine = typeof bandwidth === 'number' && Number.isFinite(bandwidth) && bandwidth >= 0;
    const unused = groups.every(({ shares }) => shares[d] === 0);
    if (fine && (bandwidth > 0 || unused)) return [];
    return [{ path: `bytesPerNs[${d}]`, expected: 'bytes per ns, above 0', got: show(bandwidth) }];
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return timeOf(groups, bytesPerNs);
}

function timeOf(groups: readonly Group[], bandwidths: readonly number[]): number {
  return groups.reduce((sum, group) => sum + group.bytes * unitTime(group, bandwidths), 0);
}

function weigh(weights: readonly number[], bandwidths: readonly number[]): number {
  return weights.reduce((sum, weight, d) => sum + weight * (bandwidths[d] as number), 0);
}

/**
 * Bandwidths, and the multipliers that certify them, in the order of the program's constraints.
 * The last one belongs to the limit on time, which only time x price has.
 */
interface Answer {
  readonly bytesPerNs: readonly number[];
  readonly multipliers: Float64Array;
}

/** Whether there is at most one term of time, limited only by sums. */
function hasClosedForm({ groups, given, request }: Problem): boolean {
  if (groups.length !== 1) return groups.length === 0;
  return (
    given.every((bandwidth) => bandwidth === undefined || bandwidth === 0) &&
    request.atLeast.every((least) => least === 0) &&
    request.atMost.every((most) => most === Number.POSITIVE_INFINITY)
  );
}

/**
 * Every dimension is busy all the time: bandwidth = share / t, with t as small as the tightest
 * limit allows. With weights w, limit L and bandwidths B the multipliers follow from the
 * gradient: w B / L for the share of a dimension, 1 for the limit. For time x price they are
 * price x B / total price, and 0 for the limit.
 */
function closedForm({ groups, resources, request, given }: Problem): Answer {
  const [group] = groups;
  if (group === undefined)
    return { bytesPerNs: given.map((bandwidth) => bandwidth ?? 0), multipliers: new Float64Array(0) };
  const { shares } = group;
  const needs = resources.map(({ limit, weights }) => weigh(weights, shares) / limit);
  const t = Math.max(...needs);
  const tightest = needs.indexOf(t);
  const prices = request.objective === 'time-x-price' ? (request.prices ?? []) : [];
  const priced = weigh(prices, shares) > 0;
  const weights = priced ? prices : (resources[tightest]?.weights ?? []);
  const sum = weigh(weights, shares);
  const used = shares.flatMap((share, d) => (given[d] === undefined ? [((weights[d] as number) * share) / sum] : []));
  const limits = resources.flatMap(({ weights: w }, r) =>
    w.some((weight, d) => weight > 0 && given[d] === undefined) ? [!priced && r === tightest ? 1 : 0] : [],
  );
  return { bytesPerNs: shares.map((share) => share / t), multipliers: Float64Array.from([...used, ...limits, 0]) };
}

function search(problem: Problem, program: GeometricProgram): Answer {
  const { logs, multipliers } = solveGeometricProgram(program, insidePoint(problem));
  const { ofDimension } = layout(problem);
  const found = problem.given.map((bandwidth, d) => bandwidth ?? Math.exp(logs[ofDimension[d] as number] as number));
  return { bytesPerNs: trim(problem, stretch(problem, found)), multipliers };
}

/** Scales all bandwidths up to the limits, which never makes time or time x price worse. */
function stretch({ resources, request, given }: Problem, bandwidths: readonly number[]): readonly number[] {
  if (given.some((bandwidth) => bandwidth !== undefined && bandwidth > 0)) return bandwidths;
  let factor = Number.POSITIVE_INFINITY;
  for (const { limit, weights } of resources) {
    const sum = weigh(weights, bandwidths);
    if (sum > 0) factor = Math.min(factor, limit / sum);
  }
  bandwidths.forEach((bandwidth, d) => {
    if (bandwidth > 0) factor = Math.min(factor, (request.atMost[d] as number) / bandwidth);
  });
  return bandwidths.map((bandwidth) => bandwidth * factor);
}

/** Reduces bandwidths to what the slowest collective can use. */
function trim({ groups, given, request }: Problem, bandwidths: readonly number[]): number[] {
  const times = groups.map((group) => unitTime(group, bandwidths));
  return bandwidths.map((bandwidth, d) => {
    if (given[d] !== undefined) return bandwidth;
    const useful = groups.map(({ shares }, g) => (shares[d] as number) / (times[g] as number));
    return Math.min(bandwidth, Math.max(request.atLeast[d] as number, ...useful));
  });
}

/** The answer as a point of the program, for the certificate. */
function asPoint(problem: Problem, bandwidths: readonly number[], multipliers: Float64Array): GeometricSolution {
  const { ofDimension, ofGroup } = layout(problem);
  const found = ofDimension.flatMap((variable, d) =>
    variable === undefined ? [] : [Math.log(bandwidths[d] as number)],
  );
  const times = ofGroup.map((_, g) => Math.log(unitTime(problem.groups[g] as Group, bandwidths)));
  return { logs: Float64Array.from([...found, ...times]), multipliers };
}
