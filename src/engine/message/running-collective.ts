import type { Program } from '../../collectives/program.js';
import type { Endpoint } from '../../costs/endpoint.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { type Folding, type RankGroup, type RankMap, rankMap } from '../folding.js';
import type { Itinerary, QueueDealer } from './itinerary.js';
import type { Player } from './player.js';
import { StepPlayer } from './step-player.js';
import { TokenPlayer } from './token-player.js';
import { WholePlayer } from './whole-player.js';

/** What one NPU does in a collective. */
export interface Member {
  readonly collective: RunningCollective;
  readonly npu: number;
  readonly itinerary: Itinerary;
  /** Players of the lanes of every phase in the itinerary. */
  readonly players: readonly (readonly Player[])[];
  readonly priority: number;
  readonly startNs: number;
  /** Chunks that have not finished. */
  unfinished: number;
}

export interface CollectiveOptions {
  /** The NPUs that take part; all where undefined. */
  readonly group?: RankGroup | undefined;
  /**
   * How long a phase takes, ns, where all ranks act in lockstep and each is the same simulated
   * NPU: phases are then taken as a whole. Undefined: message by message.
   */
  readonly phaseNs?: ((phase: Phase) => number) | undefined;
}

/** One collective under way: NPUs join it when they come to it. */
export class RunningCollective {
  readonly plan: CollectivePlan;
  /** Number of its first lane; each NPU has `perNpu` of them, in order of rank in the group or of NPU. */
  readonly base: number;
  readonly lanesPerChunk: number;
  readonly perNpu: number;
  readonly members: Member[] = [];
  private readonly folding: Folding;
  private readonly options: CollectiveOptions;
  /** Players of each phase, at its even and its odd turns. */
  private readonly known = new Map<Phase, [Player[]?, Player[]?]>();
  private readonly dealt = new Map<string, Pick<Member, 'itinerary' | 'players'> & { after: QueueDealer }>();

  constructor(plan: CollectivePlan, base: number, folding: Folding, options: CollectiveOptions) {
    this.plan = plan;
    this.options = options;
    this.base = base;
    this.folding = folding;
    const lanes = [...new Set(plan.chunks)].flat().map((phase) => phase.lanes.length);
    this.lanesPerChunk = lanes.reduce((most, count) => Math.max(most, count), 1);
    this.perNpu = plan.chunks.length * this.lanesPerChunk;
  }

  /** NPUs that will take part. */
  get size(): number {
    return this.options.group?.npus.length ?? this.folding.npus;
  }

  /** Whether phases end in the order in which they began, where they are the same and began together. */
  get inLockstep(): boolean {
    const { classes, npus } = this.folding;
    return this.options.phaseNs !== undefined || classes === undefined || npus === 1;
  }

  get endpoint(): Endpoint {
    return this.plan.endpoint;
  }

  /** Number of the first lane of a member. */
  firstLane(npu: number): number {
    const { group } = this.options;
    return this.base + (group === undefined ? npu : group.npus.indexOf(npu)) * this.perNpu;
  }

  /** Lets an NPU join, with the queues that its dealer deals it. NPUs that stand alike share what they are dealt. */
  join(npu: number, priority: number, startNs: number, dealer: QueueDealer, makeDealer: () => QueueDealer): Member {
    const { state } = dealer;
    let hand = this.dealt.get(state);
    if (hand === undefined) {
      const itinerary = dealer.deal(this.plan.chunks);
      const after = makeDealer();
      after.follow(dealer);
      hand = { itinerary, players: this.playersOf(itinerary), after };
      this.dealt.set(state, hand);
    } else {
      dealer.follow(hand.after);
    }
    const { itinerary, players } = hand;
    const unfinished = this.plan.chunks.length;
    const member = { collective: this, npu, itinerary, players, priority, startNs, unfinished };
    this.members.push(member);
    return member;
  }

  /** Phases that are alike share their players. */
  private playersOf({ phases, turns }: Itinerary): Player[][] {
    const { endpoint } = this.plan;
    const { group, phaseNs } = this.options;
    return phases.map((phase, at) => {
      const turn = turns[at] as 0 | 1;
      const either = this.known.get(phase) ?? [];
      this.known.set(phase, either);
      const map = rankMap(this.folding, phase.dimension, group);
      either[turn] ??= phase.lanes.map((program) =>
        phaseNs === undefined ? playerOf(phase, program, turn, map, endpoint) : new WholePlayer(phase, map, phaseNs(phase)),
      );
      return either[turn];
    });
  }
}

function playerOf(phase: Phase, program: Program, turn: 0 | 1, map: RankMap, endpoint: Endpoint): Player {
  if (program.kind === 'token') return new TokenPlayer(phase, program, map, endpoint);
  return new StepPlayer(phase, turn === 0 ? program : (program.alternate ?? program), map, endpoint);
}
