import type { Endpoint } from '../../costs/endpoint.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { type Folding, rankMap } from '../folding.js';
import type { Part } from './actor.js';
import type { Itinerary, QueueDealer } from './itinerary.js';
import { TokenPart } from './token-part.js';
import { TreePart } from './tree-part.js';

/** What one NPU does in a collective. */
export interface Participant {
  readonly collective: CollectiveInstance;
  readonly npu: number;
  readonly itinerary: Itinerary;
  /** The lanes of every phase in the itinerary. */
  readonly parts: readonly (readonly Part[])[];
  readonly priority: number;
  readonly startNs: number;
  /** Chunks that have not finished. */
  unfinished: number;
}

/** One collective under way: NPUs join it when they come to it. */
export class CollectiveInstance {
  readonly plan: CollectivePlan;
  /** Number of its first actor; each NPU has `perNpu` of them, in order of rank in the group or of NPU. */
  readonly base: number;
  readonly lanesPerChunk: number;
  readonly perNpu: number;
  readonly participants: Participant[] = [];
  private readonly folding: Folding;
  private readonly known = new Map<Phase, [Part[]?, Part[]?]>();
  private readonly dealt = new Map<string, Pick<Participant, 'itinerary' | 'parts'> & { after: QueueDealer }>();

  constructor(plan: CollectivePlan, base: number, folding: Folding) {
    this.plan = plan;
    this.base = base;
    this.folding = folding;
    const lanes = [...new Set(plan.chunks)].flat().map((phase) => phase.lanes.length);
    this.lanesPerChunk = lanes.reduce((most, count) => Math.max(most, count), 1);
    this.perNpu = plan.chunks.length * this.lanesPerChunk;
  }

  /** NPUs that will take part. */
  get size(): number {
    return this.plan.members?.length ?? this.folding.npus;
  }

  get endpoint(): Endpoint {
    return this.plan.endpoint;
  }

  /** Number of the first actor of a participant. */
  firstActor(npu: number): number {
    const { members } = this.plan;
    return this.base + (members === undefined ? npu : members.indexOf(npu)) * this.perNpu;
  }

  /** Lets an NPU join, with the queues that its dealer deals it. NPUs that stand alike share what they are dealt. */
  join(
    npu: number,
    priority: number,
    startNs: number,
    dealer: QueueDealer,
    makeDealer: () => QueueDealer,
  ): Participant {
    const { state } = dealer;
    let hand = this.dealt.get(state);
    if (hand === undefined) {
      const itinerary = dealer.deal(this.plan.chunks);
      const after = makeDealer();
      after.follow(dealer);
      hand = { itinerary, parts: this.compile(itinerary), after };
      this.dealt.set(state, hand);
    } else {
      dealer.follow(hand.after);
    }
    const { itinerary, parts } = hand;
    const unfinished = this.plan.chunks.length;
    const participant = { collective: this, npu, itinerary, parts, priority, startNs, unfinished };
    this.participants.push(participant);
    return participant;
  }

  /** Phases that are alike share their parts. */
  private compile({ phases, tree }: Itinerary): Part[][] {
    const { members, endpoint, makePart } = this.plan;
    return phases.map((phase, at) => {
      const turn = tree[at] as 0 | 1;
      const either = this.known.get(phase) ?? [];
      this.known.set(phase, either);
      const map = rankMap(this.folding, phase.dimension, members);
      either[turn] ??=
        makePart !== undefined
          ? [makePart(phase, map)]
          : phase.lanes.map((program) =>
              program.kind === 'token'
                ? new TokenPart(phase, program, map, endpoint)
                : new TreePart(phase, program, program.trees[turn], map, endpoint),
            );
      return either[turn];
    });
  }
}
