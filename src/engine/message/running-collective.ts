import type { Program } from '../../collectives/program.js';
import type { Endpoint } from '../../costs/endpoint.js';
import type { CollectivePlan } from '../../plan/job.js';
import type { Phase } from '../../plan/phases.js';
import { type Folding, type RankGroup, type RankMap, rankMap } from '../folding.js';
import type { Itinerary, QueueDealer } from './itinerary.js';
import type { Collective, Member, Player } from './lane.js';
import { StepPlayer } from './step-player.js';
import { TokenPlayer } from './token-player.js';
import { WholePlayer } from './whole-player.js';

export interface CollectiveOptions {
  /** The NPUs that take part; undefined for all. */
  readonly group?: RankGroup | undefined;
  /**
   * Duration of a phase, ns, if all ranks act in lockstep and are the same simulated
   * NPU: the engine then plays each phase as a whole. Undefined: message by message.
   */
  readonly phaseNs?: ((phase: Phase) => number) | undefined;
}

/** A plan prepared for NPUs to run any number of times: the players of its phases and their queues. */
export class PlayedPlan {
  readonly plan: CollectivePlan;
  readonly lanesPerChunk: number;
  /** Lanes of each NPU. */
  readonly perNpu: number;
  /** First lanes of finished runs, for reuse. */
  readonly free: number[] = [];
  private readonly folding: Folding;
  private readonly options: CollectiveOptions;
  /** Players of each phase, for its even and odd turns. */
  private readonly known = new Map<Phase, [Player[]?, Player[]?]>();
  private readonly dealt = new Map<string, Pick<Member, 'itinerary' | 'players'> & { after: QueueDealer }>();

  constructor(plan: CollectivePlan, folding: Folding, options: CollectiveOptions) {
    this.plan = plan;
    this.options = options;
    this.folding = folding;
    const phases = new Set([...new Set(plan.chunks)].flat());
    const lanes = Array.from(phases, (phase) => phase.lanes.length);
    this.lanesPerChunk = lanes.reduce((most, count) => Math.max(most, count), 1);
    this.perNpu = plan.chunks.length * this.lanesPerChunk;
  }

  get group(): RankGroup | undefined {
    return this.options.group;
  }

  /** NPUs that take part. */
  get size(): number {
    return this.options.group?.npus.length ?? this.folding.npus;
  }

  /** {@link Collective.inLockstep}: known only when phases play as a whole. */
  get inLockstep(): boolean {
    return this.options.phaseNs !== undefined;
  }

  /** Deals an NPU its queues. NPUs whose queue counters agree share one itinerary. */
  deal(dealer: QueueDealer, makeDealer: () => QueueDealer): Pick<Member, 'itinerary' | 'players'> {
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
    return hand;
  }

  /** Equal phases share their players. */
  private playersOf({ phases, turns }: Itinerary): Player[][] {
    const { endpoint } = this.plan;
    const { group, phaseNs } = this.options;
    return phases.map((phase, at) => {
      const turn = turns[at] as 0 | 1;
      const either = this.known.get(phase) ?? [];
      this.known.set(phase, either);
      const map = rankMap(this.folding, phase.dimension, group);
      either[turn] ??= phase.lanes.map((program) =>
        phaseNs === undefined
          ? playerOf(phase, program, turn, map, endpoint)
          : new WholePlayer(phase, map, phaseNs(phase)),
      );
      return either[turn];
    });
  }
}

/** A running collective. Each NPU joins when it reaches it. */
export class RunningCollective implements Collective {
  readonly played: PlayedPlan;
  /** Number of its first lane; NPUs follow in order of rank in the group or of NPU, each with equally many lanes. */
  readonly base: number;
  readonly lanesPerChunk: number;
  readonly perNpu: number;
  readonly endpoint: Endpoint;
  readonly members: Member[] = [];
  private finished = 0;

  constructor(played: PlayedPlan, base: number) {
    this.played = played;
    this.base = base;
    this.lanesPerChunk = played.lanesPerChunk;
    this.perNpu = played.perNpu;
    this.endpoint = played.plan.endpoint;
  }

  get plan(): CollectivePlan {
    return this.played.plan;
  }

  /** NPUs that will take part. */
  get size(): number {
    return this.played.size;
  }

  /** Number of the first lane of a member. */
  firstLane(npu: number): number {
    const { group } = this.played;
    return this.base + (group === undefined ? npu : group.npus.indexOf(npu)) * this.perNpu;
  }

  get inLockstep(): boolean {
    return this.played.inLockstep;
  }

  /** Frees the lanes for reuse after the last member: no message can still be in flight to one. */
  memberDone(): void {
    if (++this.finished === this.size) this.played.free.push(this.base);
  }

  /** Adds an NPU. */
  join(one: Pick<Member, 'npu' | 'priority' | 'startNs' | 'token' | 'itinerary' | 'players'>): Member {
    const member = { collective: this, ...one, unfinished: this.plan.chunks.length };
    this.members.push(member);
    return member;
  }
}

function playerOf(phase: Phase, program: Program, turn: 0 | 1, map: RankMap, endpoint: Endpoint): Player {
  if (program.kind === 'token') return new TokenPlayer(phase, program, map, endpoint);
  return new StepPlayer(phase, turn === 0 ? program : (program.alternate ?? program), map, endpoint);
}
