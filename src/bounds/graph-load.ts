import { messages, type Program, turnsOf } from '../collectives/program.js';
import { SEND, type StepProgram } from '../collectives/step-program.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Network } from '../topology/network.js';
import { phaseRuns } from './traffic.js';

/** What the links of a graph must carry. */
export interface GraphLoad {
  /** Per link: bytes. */
  readonly bytes: Float64Array;
  /** Per link: the sum of its messages' truncated serialisations, ns. */
  readonly occupiedNs: Float64Array;
}

/** Routes every message of a plan and adds up what passes each link. */
export function graphLoad(job: CollectiveJob, network: Network): GraphLoad {
  const load = { bytes: new Float64Array(network.links), occupiedNs: new Float64Array(network.links) };
  const { npus, members } = job;
  const npuOf = (rank: number) => members?.[rank] ?? rank;
  const pass = (link: number, bytes: number, times: number) => {
    load.bytes[link] = (load.bytes[link] as number) + times * bytes;
    const ns = Math.trunc(bytes / network.bandwidth(link));
    load.occupiedNs[link] = (load.occupiedNs[link] as number) + times * ns;
  };
  const carry = (from: number, to: number, bytes: number, times: number) => {
    const end = npuOf(to);
    for (let link = network.next(npuOf(from), end); link >= 0; link = network.next(network.end(link), end)) {
      pass(link, bytes, times);
    }
  };
  for (const [phase, runs] of phaseRuns(job)) {
    for (const [which, count] of runs.entries()) {
      if (count === 0) continue;
      const direction = which < 2 ? 1 : -1;
      for (const lane of phase.lanes) {
        const program = turnsOf(lane)[which % 2] ?? lane;
        if (hasWays(program)) {
          for (const [link, bytes] of fixedWays(program)) pass(link, bytes, count);
          continue;
        }
        const pairwise = program.kind === 'token' && program.pairwise;
        for (const { from, offset, bytes, times } of messages(program)) {
          if (from >= 0) carry(from, from + offset, bytes, count * times);
          else
            for (let rank = 0; rank < npus; rank++)
              carry(rank, peerOf(rank, offset, direction, pairwise, npus), bytes, count * times);
        }
      }
    }
  }
  return load;
}

/** Whether a program fixes the links of its messages. */
export function hasWays(program: Program): program is StepProgram & { readonly route: object } {
  return program.kind === 'steps' && program.route !== undefined;
}

function* fixedWays({ does, bytes, route }: StepProgram): Generator<readonly [link: number, bytes: number]> {
  if (route === undefined) return;
  for (let step = 0; step < does.length; step++) {
    if (does[step] !== SEND) continue;
    const end = route.first[step + 1] as number;
    for (let at = route.first[step] as number; at < end; at++) yield [route.links[at] as number, bytes[step] as number];
  }
}

function peerOf(rank: number, offset: number, direction: number, pairwise: boolean, ranks: number): number {
  if (pairwise) return Math.floor(rank / offset) % 2 === 0 ? rank + offset : rank - offset;
  return (((rank + direction * offset) % ranks) + ranks) % ranks;
}
