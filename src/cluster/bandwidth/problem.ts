import { ConfigError } from '../../base/errors.js';
import type { GeometricProgram, Monomial, Posynomial } from './geometric-program.js';
import type { Demand, Request } from './options.js';

/** A limit on the weighted sum of bandwidths: the total or the budget. */
export interface Resource {
  readonly limit: number;
  readonly weights: readonly number[];
}

/** Demands whose traffic has the same proportions: one term of the time. */
export interface Group {
  /** Bytes of all of them together, in all dimensions. */
  readonly bytes: number;
  /** Share of the bytes in each dimension; adds up to 1. */
  readonly shares: readonly number[];
}

/** The request as terms and limits. The time is the sum over groups of max over d of bytes x share / bandwidth. */
export interface Problem {
  readonly groups: readonly Group[];
  readonly resources: readonly Resource[];
  /** Bandwidth of the fixed dimensions; undefined for those to optimise. */
  readonly given: readonly (number | undefined)[];
  readonly request: Request;
}

/**
 * Time x price does not change if all bandwidths shrink together. The search in that direction ends at
 * this many times the time of a point inside the limits; the answer is scaled up afterwards.
 */
const SLOWEST = 1e9;

/** Each group is a variable of a dense system of equations. */
const MAX_GROUPS = 100;

/** Shares of traffic closer than this are the same. */
const SAME = 1e-12;

/** @throws ConfigError if there are too many kinds of traffic. */
export function buildProblem(request: Request): Problem {
  const { atLeast, atMost, prices, total, budget } = request;
  const groups = mergeDemands(request.demands);
  if (groups.length > MAX_GROUPS) {
    const expected = `at most ${MAX_GROUPS} different proportions of traffic`;
    throw new ConfigError([{ path: 'collectives', expected, got: `${groups.length}` }]);
  }
  const resources: Resource[] = [];
  if (total !== undefined) resources.push({ limit: total, weights: atLeast.map(() => 1) });
  if (budget !== undefined && prices !== undefined) resources.push({ limit: budget, weights: prices });
  const needs = (weights: readonly number[]) => weights.reduce((sum, w, d) => sum + w * (atLeast[d] as number), 0);
  const given = atLeast.map((least, d) => {
    const unused = groups.every(({ shares }) => shares[d] === 0);
    const exhausted = resources.some(
      ({ limit, weights }) => (weights[d] as number) > 0 && needs(weights) >= limit * (1 - SAME),
    );
    return unused || exhausted || least === atMost[d] ? least : undefined;
  });
  return { groups, resources, given, request };
}

/** Adds up demands of the same proportions. Demands without traffic take no time. */
export function mergeDemands(demands: readonly Demand[]): Group[] {
  const groups: { bytes: number; readonly shares: readonly number[] }[] = [];
  for (const { count, bytes } of demands) {
    const once = bytes.reduce((sum, b) => sum + b, 0);
    if (once === 0) continue;
    const shares = bytes.map((b) => b / once);
    const same = groups.find((group) => group.shares.every((s, d) => Math.abs(s - (shares[d] as number)) <= SAME));
    if (same === undefined) groups.push({ bytes: count * once, shares });
    else same.bytes += count * once;
  }
  return groups;
}

/** Order of the program's variables: one bandwidth per dimension to optimise, then one time per group. */
export interface Layout {
  readonly ofDimension: readonly (number | undefined)[];
  readonly ofGroup: readonly number[];
}

export function layout({ given, groups }: Problem): Layout {
  let next = 0;
  const ofDimension = given.map((bandwidth) => (bandwidth === undefined ? next++ : undefined));
  return { ofDimension, ofGroup: groups.map(() => next++) };
}

/** The problem in posynomials: the time of each group as a variable above each of its shares / bandwidth. */
export function toGeometricProgram(problem: Problem): GeometricProgram {
  const { groups, resources, request, given } = problem;
  const { ofDimension, ofGroup } = layout(problem);
  /** coefficient x bandwidth^power, or its value if the bandwidth is fixed. */
  const term = (coefficient: number, d: number, power: number): Monomial => {
    const variable = ofDimension[d];
    if (variable !== undefined) return { logCoefficient: Math.log(coefficient), powers: [[variable, power]] };
    return { logCoefficient: Math.log(coefficient * (given[d] as number) ** power), powers: [] };
  };
  const sum = (weights: readonly number[], scale: number): Posynomial =>
    weights.flatMap((weight, d) => (weight > 0 && given[d] !== 0 ? [term(weight / scale, d, 1)] : []));

  const time = groups.map(({ bytes }, g) => ({
    logCoefficient: Math.log(bytes),
    powers: [[ofGroup[g] as number, 1]] as const,
  }));
  const price = request.objective === 'time-x-price' ? sum(request.prices ?? [], 1) : [];

  const constraints: Posynomial[] = [];
  groups.forEach(({ shares }, g) => {
    shares.forEach((share, d) => {
      if (share === 0) return;
      const { logCoefficient, powers } = term(share, d, -1);
      constraints.push([{ logCoefficient, powers: [...powers, [ofGroup[g] as number, -1]] }]);
    });
  });
  for (const { limit, weights } of resources) {
    if (weights.some((weight, d) => weight > 0 && given[d] === undefined)) constraints.push(sum(weights, limit));
  }
  given.forEach((bandwidth, d) => {
    if (bandwidth !== undefined) return;
    const least = request.atLeast[d] as number;
    const most = request.atMost[d] as number;
    if (least > 0) constraints.push([term(least, d, -1)]);
    if (most < Number.POSITIVE_INFINITY) constraints.push([term(1 / most, d, 1)]);
  });
  if (price.length > 0) {
    const inside = insidePoint(problem);
    const slowest =
      SLOWEST * groups.reduce((sum, { bytes }, g) => sum + bytes * Math.exp(inside[ofGroup[g] as number] as number), 0);
    constraints.push(
      time.map(({ logCoefficient, powers }) => ({ logCoefficient: logCoefficient - Math.log(slowest), powers })),
    );
  }
  const variables = ofGroup.length + ofDimension.filter((variable) => variable !== undefined).length;
  return { variables, objective: price.length === 0 ? [time] : [time, price], constraints };
}

/** A point strictly inside all limits: half of the remainder, shared evenly. */
export function insidePoint(problem: Problem): Float64Array {
  const { resources, given, groups, request } = problem;
  const { ofDimension, ofGroup } = layout(problem);
  const bandwidths = given.map((bandwidth, d) => {
    if (bandwidth !== undefined) return bandwidth;
    const least = request.atLeast[d] as number;
    let room = (request.atMost[d] as number) - least;
    for (const { limit, weights } of resources) {
      const left = weights.reduce((rest, weight, e) => rest - weight * (request.atLeast[e] as number), limit);
      const weight = weights[d] as number;
      if (weight > 0) room = Math.min(room, left / (weight * weights.length));
    }
    return least + room / 2;
  });
  const logs = new Float64Array(ofGroup.length + ofDimension.filter((variable) => variable !== undefined).length);
  ofDimension.forEach((variable, d) => {
    if (variable !== undefined) logs[variable] = Math.log(bandwidths[d] as number);
  });
  groups.forEach((group, g) => {
    logs[ofGroup[g] as number] = Math.log(unitTime(group, bandwidths)) + 1;
  });
  return logs;
}

/** Time of a group per byte: its slowest dimension. */
export function unitTime({ shares }: Group, bandwidths: readonly number[]): number {
  return shares.reduce((most, share, d) => (share === 0 ? most : Math.max(most, share / (bandwidths[d] as number))), 0);
}
