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

type WithoutCommon<T> = T extends Node ? Omit<T, 'id' | 'name' | 'after'> : never;

/**
 * Makes the graph of a stage: a main lane of passes, in order, and beside it a lane of
 * collectives on weights and gradients, in order. Both orders are the same on all ranks of the
 * stage, and so are the names of groups: no two ranks can wait for each other's collectives.
 */
export class StageBuilder {
  readonly nodes: StepNode[] = [];
  #main: number | undefined;
  #side: number | undefined;
  #waiting: number[] = [];
  #pieces: readonly Piece[] = [];
  #name = '';

  /** The last node of the main lane. */
  get end(): number | undefined {
    this.#flush();
    return this.#main;
  }

  /** The last node of the side lane. */
  get sideEnd(): number | undefined {
    return this.#side;
  }

  /** Adds pieces to the main lane; those that nothing comes between become one node. */
  run(name: string, pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    const isNew = this.#pieces.length === 0;
    if (isNew) this.#name = name;
    // The list itself where it can be: passes that are alike share one.
    this.#pieces = isNew ? pieces : [...this.#pieces, ...pieces];
  }

  /** The next node of the main lane waits for `node` too. */
  wait(node: number | undefined): void {
    if (node === undefined) return;
    this.#flush();
    this.#waiting.push(node);
  }

  /** Adds a node to the main lane; one that is beside it is not waited for. */
  main(name: string, node: WithoutCommon<SegmentNode | StageMessage | OptimizerNode>, beside = false): void {
    this.#flush();
    const id = this.#add(name, this.#ready(), node);
    if (beside) return;
    this.#main = id;
    this.#waiting = [];
  }

  /** Adds collectives to the side lane, behind its last and `after`. Returns its last node. */
  side(name: string, collectives: readonly GroupCollective[], after: number | undefined): number | undefined {
    this.#flush();
    for (const one of collectives) {
      const first = [this.#side, after].filter((id) => id !== undefined);
      this.#side = this.#add(name, first, { kind: 'collective', ...one });
    }
    return collectives.length === 0 ? undefined : this.#side;
  }

  #ready(): number[] {
    return this.#main === undefined ? this.#waiting : [this.#main, ...this.#waiting];
  }

  #flush(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    this.#pieces = [];
    this.#main = this.#add(this.#name, this.#ready(), { kind: 'segment', pieces });
    this.#waiting = [];
  }

  #add(name: string, after: readonly number[], node: WithoutCommon<StepNode>): number {
    const id = this.nodes.length;
    this.nodes.push({ id, name, after: [...new Set(after)], ...node });
    return id;
  }
}
