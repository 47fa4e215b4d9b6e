import type { RunningCollective } from '../engine/message/running-collective.js';
import type { PlannedCollective, PlannedNode } from './collective-planner.js';
import type { Coverage } from './coverage.js';
import type { GraphExecutor } from './graph-executor.js';
import type { ShapedGraph } from './graph-shape.js';
import type { NodeClock } from './node-clock.js';
import type { RooflineTotals } from './roofline.js';
import type { SimulatedGroup } from './scope.js';

/** What one simulated NPU has done so far. */
export interface NpuRun {
  /** Its number among those that are simulated, and its id. */
  readonly npu: number;
  readonly real: number;
  readonly graph: ShapedGraph;
  /** Per node: what it comes to as a collective. */
  readonly planned: readonly (PlannedNode | undefined)[];
  /** Nodes of all NPUs are numbered on end: the number of its first. */
  readonly firstNode: number;
  readonly executor: GraphExecutor;
  /** Starts a node; true when it has finished at once. */
  readonly start: (node: number) => boolean;
  readonly communication: Coverage;
  readonly compute: Coverage;
  readonly roofline: RooflineTotals;
  /** Where times of nodes are asked for. */
  readonly clock: NodeClock | undefined;
  finishNs: number;
  /** Of a replayed recording: the time of all nodes but those of the CPU. */
  replayedNs: number;
  /** Streams per group that it has begun: what NPUs agree by on which collective is which. */
  readonly streams: Map<string | undefined, number>;
  issued: number;
}

/** A collective that NPUs have begun. */
export interface CollectiveUnderWay {
  readonly planned: PlannedCollective;
  readonly group: SimulatedGroup;
  /** Undefined where a calibration says how long it takes. */
  readonly instance: RunningCollective | undefined;
  readonly startNs: number;
  endNs: number;
  /** Members that have not finished, and where it is kept until then. */
  unfinished: number;
  readonly key: number;
  /** Members that have begun, where all have to before it takes its time. */
  readonly waiting: { readonly npu: number; readonly token: number }[];
}

/** A message from NPU to NPU, of the simulated ones. */
export interface Transfer {
  readonly run: NpuRun;
  /** Its send, by number in the graph. */
  readonly node: number;
  readonly startNs: number;
  endNs: number;
}
