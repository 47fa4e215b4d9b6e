import type { CollectiveJob } from '../plan/job.js';
import { PHASE_BYTES } from '../plan/memory.js';
import type { Phase } from '../plan/phases.js';
import { distinctPhases } from '../plan/plan-collective.js';

// Measured sizes, bytes.
const SPAN = 110;
/** An event in the history of a phase played message by message. */
const PLAYED = 56;
const LANE = 330;
const NPU = 700;
const LINK = 50;

/** Bytes that the phase engine needs for a job: an entry per phase of each chunk. */
export function phaseEngineBytes(job: CollectiveJob, timeline: boolean): number {
  return phasesOf(job) * (PHASE_BYTES + (timeline ? SPAN : 0));
}

/** Bytes that the message engine needs for `npus` simulated NPUs and `links` links. */
export function messageEngineBytes(job: CollectiveJob, npus: number, links: number, timeline: boolean): number {
  const lanes = distinctPhases(job.chunks).reduce((most, phase) => Math.max(most, phase.lanes.length), 1);
  const phases = phasesOf(job);
  // Spans are copied once, with the names of the real NPUs.
  const spans = timeline ? 2 * SPAN * phases * npus : 0;
  return npus * (job.chunks.length * lanes * LANE + NPU) + links * LINK + phases * 50 + spans;
}

function phasesOf({ chunks }: CollectiveJob): number {
  let phases = 0;
  for (const { length } of chunks) phases += length;
  return phases;
}

/** Bytes that the history of a phase needs, played message by message. */
export function historyBytes({ lanes }: Phase): number {
  let events = 0;
  for (const program of lanes) if (program.kind === 'token') events += 3 * program.sends;
  return events * PLAYED;
}
