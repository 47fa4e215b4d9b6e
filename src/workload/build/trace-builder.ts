import type { Collective } from '../../collectives/collective.js';
import type { AttributeValue, NodeKind, Trace, TraceNode } from '../../formats/chakra/graph.js';

/** The version of Chakra's schema that is written. */
const SCHEMA = '0.0.4';

/** As the schema numbers them. */
const COMM_TYPES: Readonly<Record<Collective, number>> = {
  'all-reduce': 0,
  'all-gather': 2,
  'all-to-all': 6,
  'reduce-scatter': 7,
};

/** What comes first of a node; ids of nodes. */
export type After = readonly number[];

export interface CollectiveFields {
  readonly collective: Collective;
  readonly bytes: number;
  /** Communicator group. Default: all NPUs. */
  readonly group?: string | undefined;
  readonly involved?: readonly boolean[] | undefined;
}

export interface TransferFields {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly tag: number;
}

/** Makes a trace node by node, with ids in the order of adding. */
export class TraceBuilder {
  readonly #nodes: TraceNode[] = [];

  collective(name: string, after: After, { collective, bytes, group, involved }: CollectiveFields): number {
    return this.#add('collective', name, after, 0, {
      comm_type: COMM_TYPES[collective],
      comm_size: bytes,
      ...(group === undefined ? {} : { pg_name: group }),
      ...(involved === undefined ? {} : { involved_dim: involved }),
    });
  }

  /** Operations and the bytes they move are for the roofline model, which ignores the duration. */
  compute(name: string, after: After, micros: number, roofline?: { operations: number; bytes: number }): number {
    const fields = roofline === undefined ? {} : { num_ops: roofline.operations, tensor_size: roofline.bytes };
    return this.#add('compute', name, after, micros, fields);
  }

  send(name: string, after: After, transfer: TransferFields): number {
    return this.#add('send', name, after, 0, transferAttributes(transfer));
  }

  receive(name: string, after: After, transfer: TransferFields): number {
    return this.#add('receive', name, after, 0, transferAttributes(transfer));
  }

  trace(): Trace {
    return { version: SCHEMA, nodes: this.#nodes };
  }

  #add(
    kind: NodeKind,
    name: string,
    after: After,
    durationMicros: number,
    fields: Readonly<Record<string, AttributeValue>>,
  ): number {
    const id = this.#nodes.length;
    const attributes = new Map(Object.entries({ is_cpu_op: false, ...fields }));
    this.#nodes.push({ id, name, kind, dependsOn: [...new Set(after)], durationMicros, attributes });
    return id;
  }
}

function transferAttributes({ from, to, bytes, tag }: TransferFields): Record<string, AttributeValue> {
  return { comm_src: from, comm_dst: to, comm_size: bytes, comm_tag: tag };
}
