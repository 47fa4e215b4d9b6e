import { chainOf, timesOfSteps } from '../collectives/chain.js';
import { turnsOf } from '../collectives/program.js';
import { COPY, RECEIVE, REDUCE, rankOfStep, SEND, type StepProgram } from '../collectives/step-program.js';
import type { TokenProgram } from '../collectives/token-program.js';
import { copyNs, reductionNs } from '../costs/endpoint.js';
import { playingPhase } from '../engine/phase/phase-player.js';
import type { CollectiveJob } from '../plan/job.js';
import type { Phase } from '../plan/phases.js';
import type { Dimension } from '../topology/dimension.js';
import { chargeOf, delayTo } from '../topology/logical-dimension.js';

/** Where the time of something goes, whole ns. */
export interface Cost {
  /** Hops times latency, plus the fraction of a ns that a message's two parts form together. */
  readonly latencyNs: number;
  /** Bytes over bandwidth. */
  readonly bandwidthNs: number;
  /** Fixed costs of sending and receiving. */
  readonly endpointNs: number;
  readonly reductionNs: number;
  /** The rest: waiting for links and peers; with flat algorithms also dimensions that only some ranks cross. */
  readonly waitingNs: number;
}

/** The chain of messages that sets a phase's duration, alone in the network. */
export interface PhaseChain extends Omit<Cost, 'waitingNs'> {
  /** Messages one after the other. */
  readonly steps: number;
  /** Links crossed in all steps. */
  readonly hops: number;
  readonly bytes: number;
  readonly reductions: number;
}

const NOTHING: PhaseChain = {
  ...{ steps: 0, hops: 0, bytes: 0, reductions: 0 },
  ...{ latencyNs: 0, bandwidthNs: 0, endpointNs: 0, reductionNs: 0 },
};

export const COSTS = ['latencyNs', 'bandwidthNs', 'endpointNs', 'reductionNs', 'waitingNs'] as const;

export function chainNs({ latencyNs, bandwidthNs, endpointNs, reductionNs }: PhaseChain): number {
  return latencyNs + bandwidthNs + endpointNs + reductionNs;
}

/**
 * Where a phase's time goes: its chain, as far as the time reaches, then waiting. If a rank
 * finishes before the longest chain (in trees, or when stragglers are waited for elsewhere), the
 * chain is cut, so that no part is negative and the parts add up to the time.
 */
export function spend(chain: PhaseChain, ns: number): Cost {
  let left = ns;
  const take = (part: number) => {
    const taken = Math.min(part, left);
    left -= taken;
    return taken;
  };
  const endpointNs = take(chain.endpointNs);
  const reductionNs = take(chain.reductionNs);
  const bandwidthNs = take(chain.bandwidthNs);
  const latencyNs = take(chain.latencyNs);
  return { latencyNs, bandwidthNs, endpointNs, reductionNs, waitingNs: left };
}

/** The chain of a phase's slower lane. In slices. */
export function* phaseChain(phase: Phase, job: CollectiveJob): Generator<void, PhaseChain> {
  const chains: PhaseChain[] = [];
  for (const program of phase.lanes) {
    if (program.kind === 'steps') chains.push(slowest(turnsOf(program).map((turn) => stepChain(phase, job, turn))));
    else if (program.window === 1) chains.push(oneByOne(phase, job, program));
    else chains.push(yield* critical(phase, job, program));
  }
  return slowest(chains);
}

function slowest(chains: readonly PhaseChain[]): PhaseChain {
  return chains.reduce((longest, chain) => (chainNs(chain) > chainNs(longest) ? chain : longest), NOTHING);
}

/** `times` messages to the rank `offset` ahead. */
function message({ dimension }: Phase, { network }: CollectiveJob, offset: number, bytes: number, times: number) {
  const { dimension: d, hops } = chargeOf(dimension, offset);
  const { latency, bandwidth } = dimension.physical[d - dimension.first] as Dimension;
  const stored = network === 'congestion-aware';
  const serialised = (stored ? hops : 1) * Math.trunc(bytes / bandwidth);
  const total = stored ? hops * Math.trunc(latency + bytes / bandwidth) : delayTo(dimension, offset, bytes);
  return {
    ...{ steps: times, hops: times * hops, bytes: times * bytes },
    ...{ bandwidthNs: times * serialised, latencyNs: times * (total - serialised) },
  };
}

function sum(parts: readonly Partial<PhaseChain>[]): PhaseChain {
  const total: Record<string, number> = { ...NOTHING };
  for (const part of parts) for (const [key, value] of Object.entries(part)) total[key] = (total[key] ?? 0) + value;
  return total as unknown as PhaseChain;
}

/** Window 1: every message waits for the one before it. */
function oneByOne(phase: Phase, job: CollectiveJob, program: TokenProgram): PhaseChain {
  const links = Array.from(chainOf(program), ({ does, offset, bytes, times }) =>
    does === 'message'
      ? message(phase, job, offset, bytes, times)
      : { reductions: times, reductionNs: times * reductionNs(job.endpoint, bytes) },
  );
  return sum([{ endpointNs: (program.sends + 1) * job.endpoint.delay }, ...links]);
}

/** Several messages at once: follows causes back from the last event of the phase, without congestion. */
function* critical(phase: Phase, job: CollectiveJob, program: TokenProgram): Generator<void, PhaseChain> {
  const { time, cause, isArrival, last } = yield* playingPhase({ ...phase, lanes: [program] }, job.endpoint);
  const [bytes = 0] = program.bytes;
  const parts: Partial<PhaseChain>[] = [];
  for (let event = last; event >= 0; event = cause[event] as number) {
    const before = cause[event] as number;
    const ns = (time[event] as number) - (before < 0 ? 0 : (time[before] as number));
    if (isArrival[event]) {
      const { bandwidth, latency } = phase.dimension.physical[0] as Dimension;
      const bandwidthNs = Math.min(ns, Math.trunc(bytes / bandwidth));
      const hops = latency === 0 ? 1 : Math.max(1, Math.round((ns - bandwidthNs) / latency));
      parts.push({ steps: 1, hops, bytes, bandwidthNs, latencyNs: ns - bandwidthNs });
    } else if (before >= 0 && !isArrival[before]) {
      // Only a reduction can follow one of the rank's own delays.
      parts.push({ reductions: 1, reductionNs: ns });
    } else {
      parts.push({ endpointNs: ns });
    }
  }
  return sum(parts);
}

/** Follows the steps that each step waited for, back from the last one. Computations count as waiting. */
function stepChain(phase: Phase, job: CollectiveJob, program: StepProgram): PhaseChain {
  const { endpoint } = job;
  const { does, meets, bytes, needs, peer, sendsEnd, paysEndpoint } = program;
  const prices = {
    endpoint: endpoint.delay,
    message: (from: number, to: number, size: number) => {
      const { bandwidthNs, latencyNs } = message(phase, job, to - from, size, 1);
      return bandwidthNs + latencyNs;
    },
    reduction: (size: number) => reductionNs(endpoint, size),
    copy: (size: number) => copyNs(endpoint, size),
  };
  const { overNs, cause } = timesOfSteps(program, prices);
  const parts: Partial<PhaseChain>[] = [];
  let last = overNs.reduce((latest, ns, step) => (ns > (overNs[latest] ?? -1) ? step : latest), -1);
  for (let after = -1; last >= 0; after = last, last = cause[last] as number) {
    const size = bytes[last] as number;
    const what = does[last];
    const isMatched = after >= 0 && does[after] === RECEIVE && meets[last] === after;
    if (what === SEND && (isMatched || sendsEnd === 'arrived')) {
      parts.push(message(phase, job, (peer[last] as number) - rankOfStep(program, last), size, 1));
    }
    if (paysEndpoint && (what === RECEIVE || (what === SEND && needs[last] === 0))) {
      parts.push({ endpointNs: endpoint.delay });
    } else if (what === REDUCE) {
      parts.push({ reductions: 1, reductionNs: prices.reduction(size) });
    } else if (what === COPY) {
      parts.push({ reductionNs: prices.copy(size) });
    }
  }
  return sum(parts);
}
