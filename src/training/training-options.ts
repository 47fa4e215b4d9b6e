import * as v from 'valibot';
import { ConfigError, show } from '../base/errors.js';
import type { Quantity } from '../base/units.js';
import { keys, parse, quantity, whole } from '../base/validate.js';
import type { Warning } from '../base/warnings.js';
import { NETWORK_MODELS, type NetworkModel } from '../base/words.js';
import type { Calibration } from '../costs/calibrate/calibration.js';
import { calibrationSchema } from '../costs/calibrate/read-calibration.js';
import { withFittedDimensions } from '../spec/fitted-costs.js';
import { checkWithTopology, MAX_CHUNKS, machineEntries } from '../spec/schema.js';
import type { DimensionSpec } from '../spec/spec.js';
import { totalNpus } from '../topology/address.js';
import { clusterOf, isClusterShorthand, readCluster } from '../topology/cluster.js';
import type { Dimension } from '../topology/dimension.js';
import { type Accelerator, type Cluster, withAccelerator } from './cluster.js';
import type { Endpoints } from './communication.js';
import {
  type ComputeRates,
  DEFAULT_EFFICIENCY,
  DEFAULT_MEMORY_EFFICIENCY,
  type MatrixEfficiency,
} from './compute-time.js';
import { durationsSchema, type MeasuredDurations } from './durations.js';
import { type Model, type ModelSpec, readModel } from './model.js';
import { type Plan, readPlan } from './plan.js';
import type { PlanSpec } from './plan-spec.js';
import { type ModelName, modelPreset } from './presets.js';

/** Accelerators on a network of their own. */
export interface ClusterSpec {
  readonly accelerator: Accelerator;
  /** As in a machine's spec: a list, or shorthand. */
  readonly topology: string | readonly DimensionSpec[];
}

/** A training step: what, where, how. */
export interface TrainingOptions {
  readonly model: ModelName | ModelSpec;
  /** `"dgx-a100 x 1024"`; `"dgx-a100"` for as many as the plan has; or one's own. */
  readonly cluster: string | ClusterSpec;
  /** Without `data`: as many replicas as the cluster has room for. */
  readonly plan: PlanSpec;
  /** Share of the peak that matrix multiplications reach: one number, or by their sizes. Default {@link DEFAULT_EFFICIENCY}. */
  readonly efficiency?: number | MatrixEfficiency;
  /** Share of the memory bandwidth that is reached. Default 0.8. */
  readonly memoryEfficiency?: number;
  /** Measured durations of computations, in place of the roofline model. */
  readonly durations?: MeasuredDurations;
  /** Paid by collectives per message: ns. Default 10. */
  readonly endpointDelay?: Quantity;
  /** Chunks that each collective is cut into. Default 1. */
  readonly splits?: number;
  /**
   * Fitted to measurements, from `calibrate`: dimensions that were fitted to such a cluster take the place of its
   * numbers; else a collective whose table is there takes the time of its curve. The result says so.
   */
  readonly costs?: Calibration;
  /**
   * `"congestion-aware"`: messages of groups that communicate at once wait for each other at the
   * links that they share, which makes a message of everything, on one accelerator of each class that does the same.
   * Default `"congestion-unaware"`: each is timed as if alone.
   */
  readonly network?: NetworkModel;
}

const share = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= 1;

const schema = keys({
  model: v.union([v.string(), v.record(v.string(), v.unknown())], 'the name of a model, or its dimensions'),
  cluster: v.union(
    [v.string(), v.record(v.string(), v.unknown())],
    'such as "dgx-a100 x 1024", or { accelerator, topology }',
  ),
  plan: v.record(v.string(), v.unknown(), 'a plan: { globalBatch, tensor, pipeline, ... }'),
  efficiency: v.optional(
    v.custom<number | MatrixEfficiency>(
      (value) => typeof value === 'function' || share(value),
      'a share above 0 and at most 1, or a function of m, k and n that gives one',
    ),
    () => DEFAULT_EFFICIENCY,
  ),
  memoryEfficiency: v.optional(v.custom<number>(share, 'a share above 0 and at most 1'), DEFAULT_MEMORY_EFFICIENCY),
  durations: v.optional(durationsSchema),
  endpointDelay: v.optional(quantity('time', { atLeast: 0, whole: true }), 10),
  splits: v.optional(whole(1, MAX_CHUNKS), 1),
  costs: v.optional(calibrationSchema),
  network: v.optional(v.picklist(NETWORK_MODELS), 'congestion-unaware'),
});

const above = (what: string) => v.pipe(v.number(what), v.finite(what), v.gtValue(0, what));

const ownCluster = keys({
  topology: machineEntries.topology,
  accelerator: keys({
    name: v.string('a name'),
    peak: v.record(v.picklist(['fp32', 'tf32', 'bf16', 'fp8']), above('operations per second, above 0')),
    memoryBytes: above('bytes, above 0'),
    memoryBandwidth: above('bytes per ns, above 0'),
  }),
});

/** A training step's options, checked. */
export interface CheckedTraining {
  readonly model: Model;
  readonly plan: Plan;
  readonly accelerator: Accelerator;
  readonly dimensions: readonly Dimension[];
  readonly rates: ComputeRates;
  readonly durations: MeasuredDurations | undefined;
  readonly endpoints: Endpoints;
  /** Of dimensions that are fitted to measurements. */
  readonly warnings: readonly Warning[];
  readonly network: NetworkModel;
}

/**
 * What a plan is for: the model, and the cluster if its size is known without a plan.
 * @throws ConfigError with what is wrong.
 */
export function readMachine(options: TrainingOptions): {
  readonly model: Model;
  readonly cluster: Cluster | undefined;
} {
  const asked = parse(schema, options);
  return { model: modelOf(asked.model), cluster: sizedCluster(asked.cluster as TrainingOptions['cluster']) };
}

function modelOf(given: string | object): Model {
  return within('model', () => readModel(typeof given === 'string' ? modelPreset(given) : (given as ModelSpec)));
}

function sizedCluster(given: TrainingOptions['cluster']): Cluster | undefined {
  if (typeof given !== 'string') return readOwn(given);
  return isClusterShorthand(given) ? withAccelerator(readCluster(given)) : undefined;
}

/** @throws ConfigError with what is wrong. */
export function checkTraining(options: TrainingOptions): CheckedTraining {
  const asked = parse(schema, options);
  const model = modelOf(asked.model);
  const { plan, cluster } = place(
    asked.cluster as TrainingOptions['cluster'],
    asked.plan as unknown as PlanSpec,
    model,
  );
  const { accelerator } = cluster;
  const operations = accelerator.peak[plan.precision.compute];
  if (operations === undefined) {
    const expected = `a format that ${accelerator.name} multiplies: ${Object.keys(accelerator.peak).join(', ')}`;
    throw new ConfigError([{ path: 'plan.precision.compute', expected, got: show(plan.precision.compute) }]);
  }
  const { efficiency, memoryEfficiency, durations, endpointDelay, splits, network } = asked;
  const { costs, topology, warnings } = withFittedDimensions({
    topology: cluster.dimensions,
    warnings: [],
    costs: asked.costs as Calibration | undefined,
  });
  const { memoryBandwidth } = accelerator;
  return {
    model,
    plan,
    accelerator,
    dimensions: topology,
    rates: { peak: operations / 1e9, memoryBandwidth, efficiency, memoryEfficiency },
    durations,
    endpoints: { endpointDelay, memoryBandwidth, splits, costs },
    warnings,
    network,
  };
}

/** Fits plan and cluster to each other: whichever leaves its size open takes that of the other. */
function place(given: string | ClusterSpec, spec: PlanSpec, model: Model): { plan: Plan; cluster: Cluster } {
  const cluster = sizedCluster(given);
  if (cluster === undefined) {
    const plan = within('plan', () => readPlan(spec, model));
    return { plan, cluster: withAccelerator(clusterOf(given as string, plan.npus)) };
  }
  const { tensor = 1, context = 1, pipeline = 1 } = spec;
  // Anything may stand there still: readPlan says what is wrong with it.
  const taken = [tensor, context, pipeline];
  const room = taken.every(Number.isInteger) ? taken.reduce((left, degree) => left / degree, cluster.npus) : Number.NaN;
  const open = spec.data === undefined && Number.isInteger(room);
  const plan = within('plan', () => readPlan(open ? { ...spec, data: room } : spec, model));
  if (plan.npus === cluster.npus) return { plan, cluster };
  if (spec.data === undefined) {
    const expected = `degrees whose product divides the ${cluster.npus} accelerators of the cluster`;
    throw new ConfigError([{ path: 'plan', expected, got: `tensor x context x pipeline = ${plan.npus}` }]);
  }
  const expected = `degrees whose product is the ${cluster.npus} accelerators of the cluster`;
  throw new ConfigError([{ path: 'plan', expected, got: `a product of ${plan.npus}` }]);
}

function readOwn(given: ClusterSpec): Cluster {
  return within('cluster', () => {
    const { accelerator, topology } = checkWithTopology(ownCluster, given);
    const circuits = topology.findIndex(({ kind }) => kind === 'circuits');
    if (circuits >= 0) {
      const expected = 'wires that do not change: ring, switch or fully-connected';
      throw new ConfigError([{ path: `topology[${circuits}].kind`, expected, got: show('circuits') }]);
    }
    return { accelerator, dimensions: topology, npus: totalNpus(topology) };
  });
}

function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const full = (inner: string) => (inner === '' || inner === path ? path : `${path}.${inner}`);
    throw new ConfigError(error.issues.map((issue) => ({ ...issue, path: full(issue.path) })));
  }
}
