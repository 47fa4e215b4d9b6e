import type { CollectiveNode, ComputeNode, TransferNode, WorkGraph, WorkNode } from '../work-graph.js';

/** What comes first of a node; ids of nodes. */
export type After = readonly number[];

export type CollectiveFields = Pick<CollectiveNode, 'collective' | 'bytes' | 'group' | 'involvedDimensions'>;

export type TransferFields = Pick<TransferNode, 'peer' | 'self' | 'bytes' | 'tag' | 'beside'>;

/** Makes a graph node by node, with ids in the order of adding. */
export class GraphBuilder {
  readonly #nodes: WorkNode[] = [];

  collective(name: string, after: After, fields: CollectiveFields): number {
    return this.#add({ ...this.#common(name, after), kind: 'collective', ...fields });
  }

  /** Operations and the bytes they move are for the roofline model, which ignores the duration. */
  compute(name: string, after: After, ns: number, work: Pick<ComputeNode, 'operations' | 'bytes'> = {}): number {
    return this.#add({ ...this.#common(name, after), kind: 'compute', ns: Math.max(1, ns), ...work });
  }

  send(name: string, after: After, transfer: TransferFields): number {
    return this.#add({ ...this.#common(name, after), kind: 'send', ...transfer });
  }

  receive(name: string, after: After, transfer: TransferFields): number {
    return this.#add({ ...this.#common(name, after), kind: 'receive', ...transfer });
  }

  /** Nodes so far. */
  get size(): number {
    return this.#nodes.length;
  }

  graph(): WorkGraph {
    return { nodes: this.#nodes };
  }

  #common(name: string, after: After) {
    return { id: this.#nodes.length, name, dependsOn: [...new Set(after)], ns: 1 };
  }

  #add(node: WorkNode): number {
    this.#nodes.push(node);
    return node.id;
  }
}
