import {
  isDone,
  reduces,
  releasable,
  type TokenProgram,
  type TokenState,
} from '../../src/collectives/token-program.js';

/** What messages and end points cost, ns. */
export interface Costs {
  readonly delay: (from: number, to: number, bytes: number) => number;
  readonly endpoint: number;
  readonly reduction: (bytes: number) => number;
}

/** One message, with its running number among those of its sender. */
export interface Message {
  readonly from: number;
  readonly to: number;
  readonly packet: number;
  readonly bytes: number;
}

export interface Replay {
  /** Per rank, in the order in which they were sent. */
  readonly sent: readonly (readonly Message[])[];
  /** Per rank, in the order in which they were received. */
  readonly received: readonly (readonly Message[])[];
  /** Per rank, ns. */
  readonly finish: readonly number[];
}

/** Told of everything as it happens, in time order. */
export interface Listener {
  readonly onSend?: (message: Message) => void;
  readonly onReceive?: (message: Message) => void;
}

/** The rank that packet `k` of `rank` goes to (docs/model.md, section 4). */
export function receiverOf(program: TokenProgram, ranks: number, rank: number, k: number): number {
  const offset = program.offsets[k % program.offsets.length] as number;
  const forward = !program.pairwise || Math.floor(rank / offset) % 2 === 0;
  return (((rank + (forward ? offset : -offset)) % ranks) + ranks) % ranks;
}

/** The rank that packet number `k` is awaited from. */
export function senderTo(program: TokenProgram, ranks: number, rank: number, k: number): number {
  if (program.pairwise) return receiverOf(program, ranks, rank, k);
  const offset = program.offsets[k % program.offsets.length] as number;
  return (((rank - offset) % ranks) + ranks) % ranks;
}

/**
 * Plays a program for every rank, message by message, nothing folded: slow, plain, and
 * written apart from the engines so that it can judge them. A message that finds no receive
 * posted waits until its receiver has sent the packet with the same number (docs/model.md, section 7).
 */
export function replay(program: TokenProgram, ranks: number, costs: Costs, listener: Listener = {}): Replay {
  const agenda = new Agenda();
  const all = Array.from({ length: ranks }, (_, rank) => rank);
  const states: TokenState[] = all.map(() => ({ prepared: 0, sent: 0, received: 0, free: 0 }));
  const sent: Message[][] = all.map(() => []);
  const received: Message[][] = all.map(() => []);
  const early: Map<number, Message>[] = all.map(() => new Map());
  const finish = all.map(() => Number.NaN);
  const state = (rank: number) => states[rank] as TokenState;
  const bytesOf = (k: number) => program.bytes[k % program.bytes.length] as number;

  const prepare = (rank: number) => {
    const k = state(rank).prepared++;
    agenda.wait(rank, costs.endpoint, () => {
      if (reduces(program, k)) agenda.wait(rank, costs.reduction(bytesOf(k)), () => freed(rank));
      else freed(rank);
    });
  };
  const freed = (rank: number) => {
    const own = state(rank);
    own.free++;
    for (let go = releasable(program, own); go > 0; go--) {
      own.free--;
      send(rank, own.sent++);
    }
    if (Number.isNaN(finish[rank]) && isDone(program, own)) finish[rank] = agenda.now;
  };
  const send = (from: number, packet: number) => {
    const to = receiverOf(program, ranks, from, packet);
    const message = { from, to, packet, bytes: bytesOf(packet) };
    (sent[from] as Message[]).push(message);
    listener.onSend?.(message);
    agenda.at(agenda.now + costs.delay(from, to, message.bytes), () => {
      if (state(to).sent > packet) receive(message);
      else (early[to] as Map<number, Message>).set(packet, message);
    });
    const waiting = (early[from] as Map<number, Message>).get(packet);
    if (waiting !== undefined) receive(waiting);
  };
  const receive = (message: Message) => {
    (received[message.to] as Message[]).push(message);
    listener.onReceive?.(message);
    state(message.to).received++;
    prepare(message.to);
  };

  for (const rank of all) for (let i = 0; i < program.window; i++) prepare(rank);
  agenda.run();
  return { sent, received, finish };
}

/** Events in a plain list, by time and then by order of scheduling. */
class Agenda {
  now = 0;
  private readonly events: { readonly time: number; readonly run: () => void }[] = [];
  private readonly own = new Map<string, (() => void)[]>();

  at(time: number, run: () => void): void {
    const place = this.events.findIndex((event) => event.time > time);
    this.events.splice(place === -1 ? this.events.length : place, 0, { time, run });
  }

  /** All delays of one rank that end in one tick are one event, made with the first (docs/model.md, section 7). */
  wait(rank: number, ns: number, run: () => void): void {
    const time = this.now + ns;
    const key = `${rank}@${time}`;
    const list = this.own.get(key);
    if (list !== undefined) {
      list.push(run);
      return;
    }
    const ending = [run];
    this.own.set(key, ending);
    this.at(time, () => {
      for (const each of ending) each();
      this.own.delete(key);
    });
  }

  run(): void {
    for (let event = this.events.shift(); event !== undefined; event = this.events.shift()) {
      this.now = event.time;
      event.run();
    }
  }
}
