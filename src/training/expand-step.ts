import { type After, GraphBuilder, type TransferFields } from '../workload/build/graph-builder.js';
import type { GroupAxis } from '../workload/relative.js';
import type { WorkGraph, WorkNode } from '../workload/work-graph.js';
import { type Coordinates, coordinatesOf, membersOf, npuAt } from './layout.js';
import type { NamedParts, PartsOf } from './parts.js';
import type { ComputePiece, Piece } from './pieces.js';
import type { Plan } from './plan.js';
import type { Axis } from './plan-spec.js';
import type { TrainingStep } from './step.js';
import type { StepNode } from './step-graph.js';
import type { GroupCollective } from './traffic.js';

/** What `simulateWorkload` takes beside the machine. */
export interface ExpandedStep {
  /** One per NPU. */
  readonly graphs: WorkGraph[];
  /** Communicator groups: name to NPU ids, or to the axes along which every NPU has its own. */
  readonly groups: Record<string, number[] | GroupAxis[]>;
}

/** How the graph of an NPU names other NPUs. */
export interface Naming {
  /** The one some steps along an axis, and the NPU itself where that has to be said. */
  peer(axis: Axis, steps: number): Pick<TransferFields, 'peer' | 'self'>;
  /** What it does of a collective of a group. */
  parts(one: GroupCollective): NamedParts;
}

/**
 * A step as a graph for every NPU: for export, and to hold the played step against. Collectives
 * on weights and gradients are marked as the CPU's, which is the second lane of a workload.
 */
export function expandStep(step: TrainingStep, parts: PartsOf): ExpandedStep {
  const groups: Record<string, number[]> = {};
  const graphs = Array.from({ length: step.plan.npus }, (_, npu) => expandNpu(step, npu, parts, groups).graph);
  return { graphs, groups };
}

/** A step as the graph of one NPU. */
export interface ExpandedNpu {
  readonly graph: WorkGraph;
  /**
   * Per node of its stage the first of the nodes of `graph` that it has become, and the end of them; of a segment
   * the first of each piece. An exchange is a send, a receive, and what is computed beside them.
   */
  readonly bounds: readonly (readonly number[])[];
}

/** @param groups - those that the NPU is in are added. */
export function expandNpu(
  step: TrainingStep,
  npu: number,
  parts: PartsOf,
  groups: Record<string, number[]> = {},
): ExpandedNpu {
  const at = coordinatesOf(step.plan, npu);
  const expanded = new NpuGraph(step, at.pipeline, byId(step.plan, npu, at, groups, parts));
  return { graph: expanded.graph(), bounds: expanded.bounds };
}

/** Names NPUs and groups by ids. */
function byId(plan: Plan, npu: number, at: Coordinates, groups: Record<string, number[]>, parts: PartsOf): Naming {
  return {
    peer: (axis, steps) => ({
      peer: npuAt(plan, { ...at, [axis]: (at[axis] + steps + plan[axis]) % plan[axis] }),
      self: npu,
    }),
    parts: (one) => {
      const all = parts(one, membersOf(plan, one.group, at), npu);
      for (const { name, members } of all.phases) groups[name] ??= [...members];
      return all;
    },
  };
}

/** Of messages round a ring, matched by their order; those between stages have tags from 0. */
const RING_TAG = -1;

/** The graph of an NPU of a stage. */
export function graphOf(step: TrainingStep, stage: number, naming: Naming): WorkGraph {
  return new NpuGraph(step, stage, naming).graph();
}

class NpuGraph {
  readonly #step: TrainingStep;
  readonly #stage: number;
  readonly #naming: Naming;
  readonly #builder = new GraphBuilder();
  /** Per node of the stage's graph, the nodes that end it. */
  readonly #ends: After[] = [];
  /** The last message that goes beside the passes: the next waits for it. */
  #sent: After = [];
  readonly bounds: number[][] = [];

  constructor(step: TrainingStep, stage: number, naming: Naming) {
    this.#step = step;
    this.#stage = stage;
    this.#naming = naming;
  }

  graph(): WorkGraph {
    const { nodes } = this.#step.stages[this.#stage] as TrainingStep['stages'][number];
    for (const node of nodes) {
      const after = node.after.flatMap((id) => this.#ends[id] as After);
      const bounds = [this.#builder.size];
      this.bounds.push(bounds);
      this.#ends[node.id] = this.#add(node, after, bounds);
      if (node.kind !== 'segment') bounds.push(this.#builder.size);
    }
    const graph = this.#builder.graph();
    const marked = [...graph.nodes];
    for (const { id, kind } of nodes) {
      if (kind !== 'collective') continue;
      const [first, end] = this.bounds[id] as [number, number];
      for (let i = first; i < end; i++) marked[i] = { ...(marked[i] as WorkNode), cpu: true };
    }
    return { nodes: marked };
  }

  #add(node: StepNode, after: After, bounds: number[]): After {
    const { name } = node;
    switch (node.kind) {
      case 'segment':
        return node.pieces.reduce((last, piece) => {
          const next = this.#piece(name, piece, last);
          bounds.push(this.#builder.size);
          return next;
        }, after);
      case 'optimizer':
        return [this.#builder.compute(name, after, node.ns, { operations: 0, bytes: node.bytes })];
      case 'collective':
        return this.#collective(name, after, node);
      case 'send':
      case 'receive': {
        const other = this.#naming.peer('pipeline', node.stage - this.#stage);
        const transfer = { ...other, bytes: node.bytes, tag: node.tag };
        if (node.kind === 'receive') return [this.#builder.receive(name, after, transfer)];
        if (!this.#step.plan.overlapPipeline) return [this.#builder.send(name, after, transfer)];
        this.#sent = [this.#builder.send(name, [...after, ...this.#sent], { ...transfer, beside: true })];
        return this.#sent;
      }
    }
  }

  #piece(name: string, piece: Piece, after: After): After {
    if (piece.kind === 'compute') return [this.#compute(name, piece, after)];
    if (piece.kind === 'collective') return this.#collective(name, after, piece);
    const transfer = { bytes: piece.bytes, tag: RING_TAG };
    const [ahead, behind] = [this.#naming.peer('context', 1), this.#naming.peer('context', -1)];
    return [
      this.#builder.send(`${name} keys and values`, after, { ...transfer, ...ahead }),
      this.#builder.receive(`${name} keys and values`, after, { ...transfer, ...behind }),
      this.#compute(name, piece.beside, after),
    ];
  }

  #compute(name: string, { purpose, ns, operations, bytes }: ComputePiece, after: After): number {
    const full = purpose === 'recomputed' ? `${name}, anew` : name;
    return this.#builder.compute(full, after, ns, { operations, bytes });
  }

  #collective(name: string, after: After, one: GroupCollective): After {
    if (one.bytes === 0) return after;
    const { chunks, phases } = this.#naming.parts(one);
    let last = after;
    for (let chunk = 0; chunk < chunks; chunk++) {
      for (const { collective, bytes, name: group } of phases) {
        last = [this.#builder.collective(`${name} ${one.group}`, last, { collective, bytes, group })];
      }
    }
    return last;
  }
}
