/** What a node of a trace does, in the order of the numbers in the file. */
export const NODE_KINDS = [
  'invalid',
  'metadata',
  'mem-load',
  'mem-store',
  'compute',
  'send',
  'receive',
  'collective',
] as const;

export type NodeKind = (typeof NODE_KINDS)[number];

/** A floating-point value, distinct from integers because it is not valid where an integer is required. */
export interface Real {
  readonly real: number;
}

export interface Reals {
  readonly reals: readonly number[];
}

/** An integer of any width. A bigint only beyond 2^53: a trace may contain it, but nothing can use it. */
export type Integer = number | bigint;

/** An attribute's value. An empty list has lost its type. */
export type AttributeValue =
  | Integer
  | Real
  | boolean
  | string
  | Uint8Array
  | readonly Integer[]
  | Reals
  | readonly boolean[]
  | readonly string[]
  | readonly Uint8Array[];

export interface TraceNode {
  /** A safe integer, unique in its trace. */
  readonly id: number;
  readonly name: string;
  readonly kind: NodeKind;
  /** Ids of the nodes that must finish first: control and data dependencies, without duplicates. */
  readonly dependsOn: readonly number[];
  /** 0 if the file has none. */
  readonly durationMicros: number;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

/** What one NPU does: its nodes, in the order of the file. */
export interface Trace {
  /** Schema version in the file; may be empty. */
  readonly version: string;
  readonly nodes: readonly TraceNode[];
}
