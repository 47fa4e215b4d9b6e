import type { Tree, TreeProgram } from '../../collectives/tree-program.js';
import { type Endpoint, reductionNs } from '../../costs/endpoint.js';
import type { Phase } from '../../plan/phases.js';
import { delayTo } from '../../topology/logical-dimension.js';
import type { RankMap } from '../folding.js';
import type { Actor, Hands, Part } from './actor.js';

// A rank tells its messages apart by the relative that they come from.
const FROM_LEFT = 0;
const FROM_RIGHT = 1;
const FROM_PARENT = 2;

/** Plays one of the trees of a {@link TreeProgram} for any rank: up to the root, and down again. */
export class TreePart implements Part {
  readonly phase: Phase;
  readonly map: RankMap;
  private readonly tree: Tree;
  private readonly bytes: number;
  private readonly reductionNs: number;

  constructor(phase: Phase, program: TreeProgram, tree: Tree, map: RankMap, endpoint: Endpoint) {
    this.phase = phase;
    this.map = map;
    this.tree = tree;
    this.bytes = program.bytes;
    this.reductionNs = reductionNs(endpoint, program.bytes);
  }

  begin(actor: Actor, hands: Hands): void {
    const children = this.children(actor);
    if (children === 0) hands.payEndpoint(actor);
    for (let child = 0; child < children; child++) this.expect(actor, child, hands);
  }

  paid(actor: Actor, hands: Hands): void {
    // A leaf has nothing to reduce.
    if (this.children(actor) === 0) this.reduced(actor, hands);
    else hands.payReduction(actor, this.reductionNs);
  }

  reduced(actor: Actor, hands: Hands): void {
    const { rank } = actor;
    const { parent, left, right } = this.tree;
    actor.paid++;
    const children = this.children(actor);
    const up = parent[rank] as number;
    if (actor.paid < children) return;
    const isRoot = up < 0;
    if (!isRoot && actor.sent === 0) {
      this.send(actor, up, left[up] === rank ? FROM_LEFT : FROM_RIGHT, hands);
      this.expect(actor, FROM_PARENT, hands);
      return;
    }
    if (children > 0) this.send(actor, left[rank] as number, FROM_PARENT, hands);
    if (children > 1) this.send(actor, right[rank] as number, FROM_PARENT, hands);
    hands.done(actor);
  }

  received(actor: Actor, _from: number, hands: Hands): void {
    actor.received++;
    hands.payEndpoint(actor);
  }

  awaits(actor: Actor, from: number): boolean {
    return (actor.awaited & (1 << from)) !== 0;
  }

  private children({ rank }: Actor): number {
    return ((this.tree.left[rank] as number) < 0 ? 0 : 1) + ((this.tree.right[rank] as number) < 0 ? 0 : 1);
  }

  private expect(actor: Actor, from: number, hands: Hands): void {
    actor.awaited |= 1 << from;
    hands.expect(actor, from);
  }

  private send(actor: Actor, to: number, as: number, hands: Hands): void {
    actor.sent++;
    const delay = delayTo(this.phase.dimension, to - actor.rank, this.bytes);
    hands.send(actor, to, as, this.bytes, delay);
  }
}
