import * as v from 'valibot';
import { ConfigError, type Issue, show } from '../../base/errors.js';
import type { Quantity } from '../../base/units.js';
import { keys, parse, quantity, reading, whole } from '../../base/validate.js';
import type { WorkGraph } from '../../workload/work-graph.js';
import { bytesPerDimension, COLLECTIVES, type GridCollective } from './traffic.js';
import { type Groups, workloadDemands } from './workload-demands.js';

/** A dimension that needs a bandwidth. */
export interface DimensionBudget {
  /** NPUs along it: a whole number, at least 1. */
  readonly npus: number;
  /** Dollars for each GB/s per NPU, at least 0; see {@link dimensionPrice}. */
  readonly price?: number;
  /** Smallest bandwidth per NPU: bytes per ns, or `"50 GB/s"`. Default 0. */
  readonly atLeast?: Quantity;
  /** Largest bandwidth per NPU, above 0. Default: no limit. */
  readonly atMost?: Quantity;
}

/** A collective that the network must carry. */
export interface CollectiveDemand {
  readonly collective: GridCollective;
  /** What one NPU enters with, `"1 GB"`; for an all-gather its share. Above 0. */
  readonly bytes: Quantity;
  /** NPUs that take part along each dimension, 1 for a dimension that is not crossed. Default: all. */
  readonly sizes?: readonly number[];
  /** How often it runs, above 0. Default 1. */
  readonly count?: number;
}

/** Known traffic. */
export interface TrafficDemand {
  /** Bytes that one NPU sends in each dimension, at least 0. */
  readonly bytesPerDimension: readonly Quantity[];
  /** How often, above 0. Default 1. */
  readonly count?: number;
}

export interface BandwidthOptions {
  /** What the network must carry; or give a `workload`. */
  readonly collectives?: readonly (CollectiveDemand | TrafficDemand)[];
  /** What one NPU does: the network must carry its collectives. */
  readonly workload?: WorkGraph;
  /** The workload's groups: NPU ids by name, each a part of the grid. */
  readonly groups?: Groups;
  readonly dimensions: readonly DimensionBudget[];
  /** Maximum bandwidth per NPU over all dimensions: bytes per ns, or `"500 GB/s"`. Above 0. */
  readonly total?: Quantity;
  /** Maximum dollars for all bandwidth, above 0. Needs the price of every dimension. */
  readonly budget?: number;
  /**
   * `"time"` (default): the shortest communication time. `"time-x-price"`: its product with the
   * price; of allocations with the same product, the fastest.
   */
  readonly objective?: 'time' | 'time-x-price';
}

/** The traffic of one collective or several equal ones. */
export interface Demand {
  readonly count: number;
  readonly bytes: readonly number[];
}

/** Checked options in base units. */
export interface Request {
  readonly demands: readonly Demand[];
  readonly atLeast: readonly number[];
  readonly atMost: readonly number[];
  /** Absent if no dimension has a price. */
  readonly prices: readonly number[] | undefined;
  readonly total: number | undefined;
  readonly budget: number | undefined;
  readonly objective: 'time' | 'time-x-price';
}

const positive = v.pipe(v.number('a number above 0'), v.finite('a finite number'), v.gtValue(0, 'a number above 0'));
const count = v.optional(positive, 1);

const dimension = keys({
  npus: whole(1, Number.MAX_SAFE_INTEGER),
  price: v.optional(
    v.pipe(v.number('dollars, at least 0'), v.finite('a finite number'), v.minValue(0, 'dollars, at least 0')),
  ),
  atLeast: v.optional(quantity('bandwidth', { atLeast: 0 }), 0),
  atMost: v.optional(quantity('bandwidth', { above: 0 })),
});

const collective = keys({
  collective: v.picklist(COLLECTIVES),
  bytes: quantity('bytes', { above: 0 }),
  sizes: v.optional(v.array(whole(1, Number.MAX_SAFE_INTEGER), 'a list of sizes, one per dimension')),
  count,
});

const traffic = keys({
  bytesPerDimension: v.array(quantity('bytes', { atLeast: 0 }), 'a list of bytes, one per dimension'),
  count,
});

const demand = v.lazy((input: unknown) =>
  typeof input === 'object' && input !== null && 'bytesPerDimension' in input ? traffic : collective,
);

const schema = keys({
  collectives: v.pipe(v.array(demand, 'a list of collectives'), v.minLength(1, 'at least one collective')),
  dimensions: v.pipe(v.array(dimension, 'a list of dimensions'), v.minLength(1, 'at least one dimension')),
  total: v.optional(quantity('bandwidth', { above: 0 })),
  budget: v.optional(positive),
  objective: v.optional(v.picklist(['time', 'time-x-price']), 'time'),
});

type Checked = v.InferOutput<typeof schema>;

const npusOnly = v.looseObject({ dimensions: v.array(v.looseObject({ npus: whole(1, Number.MAX_SAFE_INTEGER) })) });
const groupList = v.optional(
  v.record(v.string(), v.array(whole(0, 2 ** 31 - 1), 'a list of NPUs'), 'lists of NPUs by name'),
);

/**
 * The same options with the collectives of their workload, if they have one.
 * @throws ConfigError
 */
export function withCollectives<T extends BandwidthOptions>(options: T): Omit<T, 'workload' | 'groups'> {
  if (typeof options !== 'object' || options === null) return options;
  const { workload, groups, ...rest } = reading(() => ({ ...options }));
  if (workload === undefined && groups === undefined) return rest;
  if (workload === undefined || rest.collectives !== undefined) {
    const expected = workload === undefined ? 'none without a workload' : 'none beside a workload';
    throw new ConfigError([{ path: workload === undefined ? 'groups' : 'collectives', expected, got: 'some' }]);
  }
  const npus = parse(npusOnly, rest).dimensions.map((one) => one.npus);
  const members = parse(v.object({ groups: groupList }), { groups }).groups;
  return { ...rest, collectives: workloadDemands(workload, npus, members) };
}

/** @throws ConfigError that lists all problems. */
export function readBandwidthOptions(options: BandwidthOptions): Request {
  const checked = parse(schema, withCollectives(options));
  const { dimensions, total, budget, objective } = checked;
  const issues: Issue[] = [];
  const demands = checked.collectives.map((entry, i) => readDemand(entry, i, dimensions, issues));
  const priced = dimensions.some(({ price }) => price !== undefined);
  const request: Request = {
    demands,
    atLeast: dimensions.map(({ atLeast }) => atLeast),
    atMost: dimensions.map(({ atMost }) => atMost ?? Number.POSITIVE_INFINITY),
    prices: priced ? dimensions.map(({ price }) => price ?? 0) : undefined,
    total,
    budget,
    objective,
  };
  if (priced || budget !== undefined || objective === 'time-x-price') {
    dimensions.forEach(({ price }, d) => {
      if (price === undefined) issues.push({ path: `dimensions[${d}].price`, expected: 'a price', got: 'nothing' });
    });
  }
  dimensions.forEach(({ atLeast, atMost = Number.POSITIVE_INFINITY }, d) => {
    if (atLeast > atMost) {
      issues.push({ path: `dimensions[${d}].atLeast`, expected: `at most atMost, ${atMost}`, got: show(atLeast) });
    }
  });
  if (issues.length === 0) checkLimits(request, issues);
  if (issues.length > 0) throw new ConfigError(issues);
  return request;
}

function readDemand(
  entry: Checked['collectives'][number],
  index: number,
  dimensions: Checked['dimensions'],
  issues: Issue[],
): Demand {
  const path = `collectives[${index}]`;
  const expected = `${dimensions.length} entries, one per dimension`;
  if ('bytesPerDimension' in entry) {
    const { bytesPerDimension: bytes, count } = entry;
    if (bytes.length !== dimensions.length) {
      issues.push({ path: `${path}.bytesPerDimension`, expected, got: show(bytes) });
    }
    return { count, bytes };
  }
  const sizes = entry.sizes ?? dimensions.map(({ npus }) => npus);
  if (sizes.length !== dimensions.length) issues.push({ path: `${path}.sizes`, expected, got: show(sizes) });
  sizes.forEach((size, d) => {
    const npus = dimensions[d]?.npus ?? size;
    if (size > npus) {
      issues.push({ path: `${path}.sizes[${d}]`, expected: `at most the dimension's ${npus} NPUs`, got: show(size) });
    }
  });
  return { count: entry.count, bytes: bytesPerDimension(entry.collective, entry.bytes, sizes) };
}

/** Finds contradictory limits and dimensions without a limit. */
function checkLimits({ demands, atLeast, atMost, prices, total, budget }: Request, issues: Issue[]): void {
  const needed = atLeast.reduce((sum, bandwidth) => sum + bandwidth, 0);
  if (total !== undefined && needed > total) {
    issues.push({ path: 'total', expected: `at least what the dimensions need, ${needed}`, got: show(total) });
  }
  const cost = atLeast.reduce((sum, bandwidth, d) => sum + bandwidth * (prices?.[d] ?? 0), 0);
  if (budget !== undefined && cost > budget) {
    issues.push({
      path: 'budget',
      expected: `at least the price of what the dimensions need, ${cost}`,
      got: show(budget),
    });
  }
  atMost.forEach((most, d) => {
    const used = demands.some(({ bytes }) => (bytes[d] as number) > 0);
    const free = budget === undefined || prices?.[d] === 0;
    if (used && most === Number.POSITIVE_INFINITY && total === undefined && free) {
      const expected = 'a limit: total, or a budget and a price above 0, or atMost';
      issues.push({ path: `dimensions[${d}]`, expected, got: 'none' });
    }
    const stuck =
      atLeast[d] === 0 && (total === needed || (budget !== undefined && budget === cost && prices?.[d] !== 0));
    if (used && stuck) {
      const expected = 'limits that leave bandwidth for this dimension';
      issues.push({ path: `dimensions[${d}]`, expected, got: 'none left over' });
    }
  });
}
