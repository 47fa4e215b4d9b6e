import type {
  ChunkPlanReport,
  CollectiveResult,
  CollectiveSpec,
  Cost,
  Explanation,
  Issue,
  Variant,
} from 'astra-sim-ts';
import type { MeasuredTable } from 'astra-sim-ts/costs';
import type { LogNote } from 'astra-sim-ts/formats';
import type { ComparedAlgorithm, Comparison } from 'astra-sim-ts/synthesis';
import type { TrainingOptions, TrainingResult } from 'astra-sim-ts/training';
import type { PackedSpans } from '../../../src/charts/timeline/packed-spans.js';
import type { Drawing, NoDrawing } from '../drawing/drawing.js';
import type { FieldName, Row } from '../state/page.js';

/** The worker's tasks: name, input, output, and parts on the way. */
export interface Tasks {
  readonly collective: { input: CollectiveSpec; output: CollectiveResult; part: never };
  readonly sizes: { input: SizesInput; output: readonly SizePoint[]; part: SizePoint };
  readonly explain: { input: CollectiveSpec; output: Explained; part: never };
  readonly compare: { input: CollectiveSpec; output: League; part: never };
  readonly training: { input: TrainingOptions; output: TrainingStep; part: never };
  readonly changes: { input: TrainingOptions; output: readonly PlanChange[]; part: never };
  readonly graph: { input: Pick<CollectiveSpec, 'topology'>; output: Drawing | NoDrawing; part: never };
  readonly messages: { input: CollectiveSpec; output: MessageFlow | NoDrawing; part: never };
  readonly log: { input: string; output: MeasuredInput; part: never };
  readonly timeline: { input: CollectiveSpec; output: PhaseTimeline; part: never };
}

/** Phases of chunks on one NPU. */
export interface PhaseTimeline {
  readonly spans: PackedSpans;
  readonly npu: number;
  /** Whether all NPUs do the same at the same time. */
  readonly isEverybody: boolean;
  readonly plans: readonly ChunkPlanReport[];
}

/** A point of a curve, or why there is none. */
export interface SizePoint {
  /** `"yours"`: those of the page. */
  readonly algorithm: string;
  /** Of the whole buffer, as nccl-tests counts it. */
  readonly bytes: number;
  readonly timeNs?: number;
  readonly busbwGBps?: number;
  /** Whether the links allow this time. */
  readonly isPhysical?: boolean;
  readonly why?: string;
}

export interface SizesInput {
  readonly spec: CollectiveSpec;
  readonly from: string;
  readonly to: string;
  readonly algorithms: readonly string[];
}

/** A change of the page: fields, and parts of dimensions by number. */
export interface Patch {
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  readonly rows: readonly (readonly [number, Partial<Row>])[];
}

/** A single change and its gain. */
export interface Advice extends Omit<Variant, 'options'> {
  readonly patch: Patch;
}

export interface Explained extends Pick<Explanation, 'phases' | 'spent' | 'spentByDimension' | 'dominatedBy'> {
  readonly timeNs: number;
  readonly advice: readonly Advice[];
}

export type CostKind = keyof Cost;

export interface League extends Omit<Comparison, 'rows'> {
  readonly rows: readonly Omit<ComparedAlgorithm, 'program'>[];
}

export interface TrainingStep {
  readonly result: TrainingResult;
  readonly spans: PackedSpans;
  /** Names of spans, by their `at`. */
  readonly names: readonly string[];
}

export interface PlanChange {
  readonly name: string;
  readonly plan: TrainingOptions['plan'];
  /** Share of the time that it saves. */
  readonly gain: number;
  readonly stepNs: number;
  readonly memoryBytes: number;
}

/** Every message of a collective, in order of sending, in columns. */
export interface MessageFlow {
  readonly drawing: Drawing;
  readonly endNs: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly bytes: Float64Array;
  readonly chunk: Int32Array;
  readonly kind: Uint8Array;
  readonly sentNs: Float64Array;
  readonly arrivedNs: Float64Array;
  /** Times at which messages are sent, each once, ascending. */
  readonly steps: Float64Array;
  /** Devices on the path from one NPU to another, by `from * npus + to`. */
  readonly ways: ReadonlyMap<number, readonly number[]>;
}

export interface MeasuredInput {
  readonly tables: readonly MeasuredTable[];
  readonly notes: readonly LogNote[];
}

export type TaskName = keyof Tasks;

/** What the page sends. */
export type Request =
  | { readonly kind: 'start'; readonly id: number; readonly task: TaskName; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

/** Why there is no answer: words for people, and the fields concerned. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly issues: readonly Issue[];
}

/** What the worker sends. A request has one `done` or `failed`, and any number of `progress` before. */
export type Reply =
  | { readonly kind: 'progress'; readonly id: number; readonly share: number; readonly part?: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure };

/** What a task gets besides its input. */
export interface Controls<Part = never> {
  readonly signal: AbortSignal;
  /** Finished share of the work, 0 to 1, and what has been found since. */
  readonly report: (share: number, part?: Part) => void;
}

export type Task<Name extends TaskName> = (
  input: Tasks[Name]['input'],
  controls: Controls<Tasks[Name]['part']>,
) => Promise<Tasks[Name]['output']>;
