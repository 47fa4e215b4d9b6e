import { SLICE } from '../../base/slices.js';
import type { Endpoint } from '../../costs/endpoint.js';
import { checkMemory } from '../../plan/memory.js';
import type { Phase } from '../../plan/phases.js';
import { historyBytes } from '../memory.js';
import { type PhaseHistory, playingPhase } from './phase-player.js';

/** The delays of a phase by their end time. */
export type DelaysDue = ReadonlyMap<number, readonly number[]>;

/** Thrown on access to a history not yet played; holds what plays it, in slices. */
class Needed {
  readonly play: Generator<void, void>;

  constructor(play: Generator<void, void>) {
    this.play = play;
  }
}

/** Histories of phases, each played on first use: few are needed, and one can have millions of events. */
export class Histories {
  private readonly endpoint: Endpoint;
  private readonly played = new Map<Phase, PhaseHistory>();
  private readonly due = new Map<Phase, DelaysDue>();

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** Lets `decide` use histories. When one is missing, plays it and calls `decide` again. */
  *letting<T>(decide: () => T): Generator<void, T> {
    for (;;) {
      try {
        return decide();
      } catch (thrown) {
        if (!(thrown instanceof Needed)) throw thrown;
        yield* thrown.play;
      }
    }
  }

  /** Only within {@link letting}. */
  of(phase: Phase): PhaseHistory {
    const history = this.played.get(phase);
    if (history === undefined) throw new Needed(this.playing(phase));
    return history;
  }

  /** Only within {@link letting}. */
  delaysOf(phase: Phase): DelaysDue {
    const due = this.due.get(phase);
    if (due === undefined) throw new Needed(this.sorting(phase, this.of(phase)));
    return due;
  }

  private *playing(phase: Phase): Generator<void, void> {
    const { ranks, index } = phase.dimension;
    const what = `the ${ranks} ranks of dimension ${index}, whose phases end together`;
    checkMemory(historyBytes(phase), 'topology', what);
    this.played.set(phase, yield* playingPhase(phase, this.endpoint));
  }

  private *sorting(phase: Phase, { time, isArrival }: PhaseHistory): Generator<void, void> {
    const due = new Map<number, number[]>();
    for (let event = 0; event < time.length; event++) {
      if ((event + 1) % SLICE === 0) yield;
      if (isArrival[event]) continue;
      const at = time[event] as number;
      const list = due.get(at);
      if (list === undefined) due.set(at, [event]);
      else list.push(event);
    }
    this.due.set(phase, due);
  }
}
