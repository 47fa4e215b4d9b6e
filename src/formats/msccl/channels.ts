import { plannedOrder } from '../../collectives/step-order.js';
import { SEND, type StepProgram } from '../../collectives/step-program.js';

/**
 * Gives a program whose links keep an order channels with which thread blocks keep it too: two messages of a channel take the
 * same links, in the same order on all of them. Other programs stay as they are.
 */
export function withChannels(program: StepProgram): StepProgram {
  const { does, first, ranks, peer, meets, route, order, thread } = program;
  if (route === undefined || order === undefined || thread !== undefined) return program;
  const rankOf = new Int32Array(does.length);
  for (let rank = 0; rank < ranks; rank++) rankOf.fill(rank, first[rank], first[rank + 1]);
  const follows = (send: number, before: number) => {
    const [begin, start] = [route.first[send] as number, route.first[before] as number];
    const hops = (route.first[send + 1] as number) - begin;
    if ((route.first[before + 1] as number) - start !== hops) return false;
    for (let hop = 0; hop < hops; hop++) {
      const isSame = route.links[begin + hop] === route.links[start + hop];
      if (!isSame || (order[begin + hop] as number) < (order[start + hop] as number)) return false;
    }
    return true;
  };
  const channel = program.channel.slice();
  /** Per pair of ranks and channel: the last send. */
  const lasts = new Map<number, number[]>();
  for (const send of plannedOrder(program)) {
    if (does[send] !== SEND) continue;
    const pair = (rankOf[send] as number) * ranks + (peer[send] as number);
    const known = lasts.get(pair) ?? [];
    lasts.set(pair, known);
    const fit = known.findIndex((before) => follows(send, before));
    const own = fit < 0 ? known.length : fit;
    known[own] = send;
    channel[send] = own;
    if ((meets[send] as number) >= 0) channel[meets[send] as number] = own;
  }
  return { ...program, channel };
}
