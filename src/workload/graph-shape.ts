import type { PreparedGraph } from './prepared-graph.js';
import type { RelativePeer } from './relative.js';
import type { WorkNode } from './work-graph.js';

/** A graph but for the names of its groups and peers. */
export interface GraphShape {
  /** Graphs that do the same but with other groups and peers have the same number. */
  readonly id: number;
  /** Of a send or receive the place of its peer below, of a collective that of its group, else -1. */
  readonly slots: Int32Array;
  /** Peers and groups in the order in which nodes first name them. */
  readonly peers: readonly (number | RelativePeer)[];
  readonly groups: readonly string[];
  /** NPUs in whose name it sends and receives, where it says so. */
  readonly selves: readonly number[];
}

/** A graph of an NPU, and what it is like but for its groups and peers. */
export interface ShapedGraph extends PreparedGraph {
  readonly shape: GraphShape;
}

/** Tells shapes of graphs apart, in time linear in their nodes. */
export class Shapes {
  private readonly byHash = new Map<number, { readonly graph: PreparedGraph; readonly shape: GraphShape }[]>();
  private count = 0;

  /** The shape of a graph, and the first graph that had it: the graph itself where it is new. */
  of(graph: PreparedGraph): { readonly shape: GraphShape; readonly model: PreparedGraph } {
    const { nodes } = graph;
    const slots = new Int32Array(nodes.length).fill(-1);
    const peers = new Slots<number | RelativePeer>(keyOfPeer);
    const groups = new Slots<string>((name) => name);
    const selves = new Set<number>();
    let hash = nodes.length;
    for (let number = 0; number < nodes.length; number++) {
      const node = nodes[number] as WorkNode;
      if (node.kind === 'send' || node.kind === 'receive') {
        slots[number] = peers.of(node.peer);
        if (node.self !== undefined) selves.add(node.self);
      } else if (node.kind === 'collective' && node.group !== undefined) {
        slots[number] = groups.of(node.group);
      }
      // What a kind of node has no use for is not checked either.
      const bytes = 'bytes' in node && typeof node.bytes === 'number' ? node.bytes : 0;
      hash = Math.imul(hash ^ (slots[number] as number), 0x01000193);
      hash = Math.imul(hash ^ bytes ^ (node.ns << 8) ^ node.kind.length, 0x01000193);
    }
    const candidates = this.byHash.get(hash) ?? [];
    this.byHash.set(hash, candidates);
    const names = { peers: peers.list, groups: groups.list, selves: [...selves] };
    const known = candidates.find((one) => isSame(graph, slots, one.graph, one.shape.slots));
    if (known !== undefined) {
      return { shape: { id: known.shape.id, slots: known.shape.slots, ...names }, model: known.graph };
    }
    const shape = { id: this.count++, slots, ...names };
    candidates.push({ graph, shape });
    return { shape, model: graph };
  }
}

/** Numbers things in the order in which they first come. */
class Slots<T> {
  readonly list: T[] = [];
  private readonly known = new Map<unknown, number>();
  private readonly key: (one: T) => unknown;

  constructor(key: (one: T) => unknown) {
    this.key = key;
  }

  of(one: T): number {
    const key = this.key(one);
    let slot = this.known.get(key);
    if (slot === undefined) {
      slot = this.list.push(one) - 1;
      this.known.set(key, slot);
    }
    return slot;
  }
}

function keyOfPeer(peer: number | RelativePeer): unknown {
  return typeof peer === 'number' ? peer : `${peer.stride} ${peer.size} ${peer.step}`;
}

function isSame(a: PreparedGraph, slotsOfA: Int32Array, b: PreparedGraph, slotsOfB: Int32Array): boolean {
  if (a.nodes.length !== b.nodes.length || !isEqual(a.firstDependent, b.firstDependent)) return false;
  if (!isEqual(a.dependents, b.dependents) || !isEqual(slotsOfA, slotsOfB)) return false;
  return a.nodes.every((node, number) => isAlike(node, b.nodes[number] as WorkNode));
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
/** Whether two tables are the same, or neither is there. */
function isSameText(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Whether two nodes do the same, in whatever group and with whatever peer. */
function isAlike(a: WorkNode, b: WorkNode): boolean {
  if (a === b) return true;
  if (a.ns !== b.ns || (a.cpu ?? false) !== (b.cpu ?? false)) return false;
  switch (a.kind) {
    case 'compute':
      return b.kind === a.kind && a.operations === b.operations && a.bytes === b.bytes;
    case 'send':
    case 'receive':
      if (b.kind !== a.kind || a.bytes !== b.bytes || a.tag !== b.tag) return false;
      return (a.beside ?? false) === (b.beside ?? false);
    case 'collective': {
      if (b.kind !== a.kind || a.collective !== b.collective || a.bytes !== b.bytes) return false;
      const [one, other] = [a.involvedDimensions, b.involvedDimensions];
      const involved = one === other || String(one) === String(other);
      if (a.root !== b.root || !isSameText(a.weights, b.weights)) return false;
      return involved && (a.priority ?? 0) === (b.priority ?? 0) && a.algorithm === b.algorithm;
    }
    case 'memory':
    case 'replay':
      return b.kind === a.kind && a.bytes === b.bytes;
    case 'marker':
      return b.kind === a.kind;
  }
}
