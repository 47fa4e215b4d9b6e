import type { Piece } from './pieces.js';
import type { GroupCollective } from './traffic.js';

interface Node {
  /** Its place in the graph. */
  readonly id: number;
  readonly name: string;
  /** Nodes that finish first. */
  readonly after: readonly number[];
}

/** Pieces one after another, in the main lane. */
export interface SegmentNode extends Node {
  readonly kind: 'segment';
  readonly pieces: readonly Piece[];
}

/** A collective on weights or gradients, in a lane of its own. Each waits for the one before it. */
export interface SideCollective extends Node, GroupCollective {
  readonly kind: 'collective';
}

/** A message to or from the same rank of another stage. A send ends when its message arrives. */
export interface StageMessage extends Node {
  readonly kind: 'send' | 'receive';
  readonly stage: number;
  readonly bytes: number;
  readonly tag: number;
}

export interface OptimizerNode extends Node {
  readonly kind: 'optimizer';
  readonly ns: number;
  readonly bytes: number;
}

export type StepNode = SegmentNode | SideCollective | StageMessage | OptimizerNode;

/** What all NPUs of a stage do: they are alike, whatever their place in other kinds of parallelism. */
export interface StageGraph {
  readonly stage: number;
  /** NPUs of the stage. */
  readonly npus: number;
  /** In an order in which they can run. */
  readonly nodes: readonly StepNode[];
}

const NONE: readonly number[] = [];

/**
 * Makes the graph of a stage: a main lane of passes, in order, and beside it a lane of
 * collectives on weights and gradients, in order. Both orders are the same on all ranks of the
 * stage, and so are the names of groups: no two ranks can wait for each other's collectives.
 */
export class StageBuilder {
  readonly nodes: StepNode[] = [];
  #main: number | undefined;
  #side: number | undefined;
  #waiting: readonly number[] = NONE;

  /** The last node of the main lane. */
  get end(): number | undefined {
    return this.#main;
  }

  /** The last node of the side lane. */
  get sideEnd(): number | undefined {
    return this.#side;
  }

  /** Adds pieces to the main lane. Those that come again and again are best given as the same list. */
  run(name: string, pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    this.#extend(this.#add({ id: this.nodes.length, name, after: this.#ready(), kind: 'segment', pieces }));
  }

  /** The next node of the main lane waits for `node` too. */
  wait(node: number | undefined): void {
    if (node === undefined) return;
    this.#waiting = [...this.#waiting, node];
  }

  /** Adds a message to another stage. What comes next in the main lane waits for its arrival, unless it is `beside` it. */
  send(name: string, stage: number, bytes: number, tag: number, beside: boolean): void {
    const id = this.#add({ id: this.nodes.length, name, after: this.#ready(), kind: 'send', stage, bytes, tag });
    if (!beside) this.#extend(id);
  }

  receive(name: string, stage: number, bytes: number, tag: number): void {
    this.#extend(this.#add({ id: this.nodes.length, name, after: this.#ready(), kind: 'receive', stage, bytes, tag }));
  }

  optimizer(ns: number, bytes: number): void {
    const [id, name] = [this.nodes.length, 'optimizer'];
    this.#extend(this.#add({ id, name, after: this.#ready(), kind: 'optimizer', ns, bytes }));
  }

  /** Adds collectives to the side lane, behind its last and `after`. Returns its last node. */
  side(name: string, collectives: readonly GroupCollective[], after: number | undefined): number | undefined {
    for (const one of collectives) {
      const first = [...new Set([this.#side, after])].filter((id) => id !== undefined);
      this.#side = this.#add({ id: this.nodes.length, name, after: first, kind: 'collective', ...one });
    }
    return collectives.length === 0 ? undefined : this.#side;
  }

  #ready(): readonly number[] {
    if (this.#main === undefined) return this.#waiting;
    return this.#waiting === NONE ? [this.#main] : [this.#main, ...this.#waiting];
  }

  /** The main lane goes on behind a node. */
  #extend(id: number): void {
    this.#main = id;
    this.#waiting = NONE;
  }

  #add(node: StepNode): number {
    this.nodes.push(node);
    return node.id;
  }
}
