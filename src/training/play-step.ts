import { InvariantError } from '../base/errors.js';
import type { Communication } from './communication.js';
import { Mail } from './mail.js';
import { computeOf, type Piece, type Purpose } from './pieces.js';
import type { Axis } from './plan-spec.js';
import type { TrainingStep } from './step.js';
import type { StageGraph, StageMessage, StepNode } from './step-graph.js';

/** Time of an NPU by what it went into, ns. All of it adds up to the step. */
export interface TimeUse {
  readonly forward: number;
  readonly backward: number;
  readonly recomputed: number;
  readonly optimizer: number;
  /** Communication that no computation hides, by kind of parallelism. */
  readonly tensor: number;
  readonly context: number;
  readonly expert: number;
  readonly pipeline: number;
  readonly data: number;
  /** Waiting for other stages to compute. */
  readonly bubble: number;
  /** By how much messages that wait for each other at links make the step longer: known in the congestion-aware network. */
  readonly contention: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What became of the nodes of a stage, ns, by id. */
export interface StageTimes {
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly finishNs: number;
  readonly use: TimeUse;
}

export interface PlayedStep {
  readonly stepNs: number;
  readonly stages: readonly StageTimes[];
}

/**
 * Plays a step with one NPU per stage. That is exact while messages do not slow each other: the
 * NPUs of a stage have the same graph and groups that look the same, start together, and so do
 * everything at the same times. A collective among them begins for all of them at once and lasts
 * as long as when it is alone; a message goes to a rank of another stage that stands for all of
 * its own. What runs in which order is fixed by the graphs, so no time has to be searched for:
 * a node starts when what it waits for has ended.
 */
export function playStep(step: TrainingStep, communication: Communication): PlayedStep {
  const mail = new Mail(step.plan);
  const stages = step.stages.map((graph) => new StagePlayer(graph, communication, mail, !step.plan.overlapPipeline));
  const meeting = new Meeting();
  for (let left = stages.length; left > 0; ) {
    const moved = stages.reduce((sum, one) => sum + one.advance(meeting), 0);
    left = stages.filter((one) => !one.isDone).length;
    if (moved === 0 && left > 0) throw new InvariantError('stages of a training step wait for each other');
  }
  const stepNs = stages.reduce((latest, { finishNs }) => Math.max(latest, finishNs), 0);
  return { stepNs, stages: stages.map((one) => one.times(stepNs)) };
}

/** The all-reduce between first and last stage: it has begun once both are there. */
class Meeting {
  readonly #came = new Map<number, number>();
  #ends: readonly number[] | undefined;

  /** When the stage has finished, ns; undefined until both have come. */
  join(stage: number, ns: number, endsNs: (startTimes: readonly number[]) => readonly number[]): number | undefined {
    this.#came.set(stage, ns);
    if (this.#came.size < 2) return undefined;
    const stages = [...this.#came.keys()].sort((a, b) => a - b);
    this.#ends ??= endsNs(stages.map((one) => this.#came.get(one) as number));
    return this.#ends[stages.indexOf(stage)];
  }
}

const AXIS_OF = {
  tensor: 'tensor',
  context: 'context',
  data: 'data',
  expert: 'expert',
  'expert-data': 'data',
  embedding: 'data',
} as const satisfies Record<string, Axis | 'expert'>;

class StagePlayer {
  readonly #graph: StageGraph;
  readonly #communication: Communication;
  readonly #mail: Mail;
  readonly #start: Float64Array;
  readonly #end: Float64Array;
  readonly #use: Mutable<TimeUse> = {
    forward: 0,
    backward: 0,
    recomputed: 0,
    optimizer: 0,
    tensor: 0,
    context: 0,
    expert: 0,
    pipeline: 0,
    data: 0,
    bubble: 0,
    contention: 0,
  };
  readonly #segments = new Map<readonly Piece[], TimeUse & { readonly ns: number }>();
  #next = 0;
  readonly #waitsForSends: boolean;
  /** Ends of the main lane, of the lane beside it, and of messages, ns. */
  #mainNs = 0;
  #sideNs = 0;
  #sentNs = 0;
  finishNs = 0;

  constructor(graph: StageGraph, communication: Communication, mail: Mail, waitsForSends: boolean) {
    this.#waitsForSends = waitsForSends;
    this.#graph = graph;
    this.#communication = communication;
    this.#mail = mail;
    this.#start = new Float64Array(graph.nodes.length);
    this.#end = new Float64Array(graph.nodes.length);
  }

  get isDone(): boolean {
    return this.#next === this.#graph.nodes.length;
  }

  /** Plays nodes until one has to wait for another stage. Returns how many it played. */
  advance(meeting: Meeting): number {
    const { nodes } = this.#graph;
    const before = this.#next;
    while (this.#next < nodes.length && this.#play(nodes[this.#next] as StepNode, meeting)) this.#next++;
    return this.#next - before;
  }

  times(stepNs: number): StageTimes {
    const use = { ...this.#use };
    const weights = Math.max(0, this.#sideNs - this.#mainNs);
    use.data += weights;
    use.pipeline += this.finishNs - this.#mainNs - weights;
    // What is left of the step, others still work on.
    use.bubble += stepNs - this.finishNs;
    return { startNs: this.#start, endNs: this.#end, finishNs: this.finishNs, use };
  }

  #play(node: StepNode, meeting: Meeting): boolean {
    let readyNs = 0;
    for (const id of node.after) readyNs = Math.max(readyNs, this.#end[id] as number);
    switch (node.kind) {
      case 'segment': {
        const segment = this.#segment(node.pieces);
        this.#waitFor(readyNs);
        for (const kind of SEGMENT_USES) this.#use[kind] += segment[kind];
        return this.#main(node, readyNs, readyNs + segment.ns);
      }
      case 'optimizer':
        this.#waitFor(readyNs);
        this.#use.optimizer += node.ns;
        return this.#main(node, readyNs, readyNs + node.ns);
      case 'send':
        return this.#send(node, readyNs);
      case 'receive':
        return this.#receive(node, readyNs);
      case 'collective': {
        const endNs =
          node.group === 'embedding'
            ? meeting.join(this.#graph.stage, readyNs, (starts) => this.#communication.endsNs(node, starts))
            : readyNs + this.#communication.collectiveNs(node);
        if (endNs === undefined) return false;
        this.#sideNs = endNs;
        return this.#record(node, readyNs, this.#sideNs);
      }
    }
  }

  /** The main lane stood still until `ns`, for weights or gradients. */
  #waitFor(ns: number): void {
    this.#use.data += ns - this.#mainNs;
  }

  #main(node: StepNode, startNs: number, endNs: number): boolean {
    this.#mainNs = endNs;
    return this.#record(node, startNs, endNs);
  }

  #record({ id }: StepNode, startNs: number, endNs: number): boolean {
    this.#start[id] = startNs;
    this.#end[id] = endNs;
    this.finishNs = Math.max(this.finishNs, endNs);
    return true;
  }

  #send(node: StageMessage, readyNs: number): boolean {
    const { stage } = this.#graph;
    const startNs = Math.max(readyNs, this.#sentNs);
    const endNs = startNs + this.#communication.messageNs(stage, node.stage, node.bytes);
    this.#sentNs = endNs;
    this.#mail.send(stage, node.stage, node.tag, { sentNs: startNs, arrivedNs: endNs });
    if (!this.#waitsForSends) return this.#record(node, startNs, endNs);
    this.#waitFor(readyNs);
    this.#use.pipeline += endNs - readyNs;
    return this.#main(node, startNs, endNs);
  }

  #receive(node: StageMessage, readyNs: number): boolean {
    const arrival = this.#mail.take(node.stage, this.#graph.stage, node.tag);
    if (arrival === undefined) return false;
    this.#waitFor(readyNs);
    const endNs = Math.max(readyNs, arrival.arrivedNs);
    const underWay = endNs - Math.max(readyNs, Math.min(endNs, arrival.sentNs));
    this.#use.pipeline += underWay;
    this.#use.bubble += endNs - readyNs - underWay;
    return this.#main(node, readyNs, endNs);
  }

  /** How long pieces take one after another, and what for. */
  #segment(pieces: readonly Piece[]): TimeUse & { readonly ns: number } {
    let segment = this.#segments.get(pieces);
    if (segment === undefined) {
      segment = this.#add(pieces);
      this.#segments.set(pieces, segment);
    }
    return segment;
  }

  #add(pieces: readonly Piece[]): TimeUse & { readonly ns: number } {
    const sum = { ns: 0, forward: 0, backward: 0, recomputed: 0, tensor: 0, context: 0, expert: 0 };
    const add = (kind: Purpose | 'tensor' | 'context' | 'expert', ns: number) => {
      sum[kind] += ns;
      sum.ns += ns;
    };
    for (const piece of pieces) {
      if (piece.kind === 'compute') add(piece.purpose, piece.ns);
      else if (piece.kind === 'exchange') {
        add(piece.beside.purpose, piece.beside.ns);
        add('context', Math.max(0, this.#communication.exchangeNs(piece.bytes) - computeOf(piece)));
      } else {
        const axis = AXIS_OF[piece.group];
        if (axis === 'data') throw new InvariantError(`a collective of ${piece.group} in a pass`);
        add(axis, this.#communication.collectiveNs(piece));
      }
    }
    return { ...sum, optimizer: 0, pipeline: 0, data: 0, bubble: 0, contention: 0 };
  }
}

const SEGMENT_USES = ['forward', 'backward', 'recomputed', 'tensor', 'context', 'expert'] as const;
