/** What a node of a trace does. The order is that of the numbers in the file. */
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

/** A floating-point value: apart from integers, because one is not accepted where an integer is meant. */
export interface Real {
  readonly real: number;
}

export interface Reals {
  readonly reals: readonly number[];
}

/** An integer of any width. A bigint only beyond 2^53: it may stand in a trace, but not be used. */
export type Integer = number | bigint;

/** What an attribute may hold. An empty list has lost what it was a list of. */
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
  /** Ids of the nodes that have to finish first: control and data dependencies, without duplicates. */
  readonly dependsOn: readonly number[];
  /** 0 when the file has none. */
  readonly durationMicros: number;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

/** What one NPU does: its nodes, in the order of the file. */
export interface Trace {
  /** Of the schema, as the file says; may be empty. */
  readonly version: string;
  readonly nodes: readonly TraceNode[];
}
