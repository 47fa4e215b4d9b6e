import { SymmetricSynthesis } from '../symmetry/symmetric.js';
import { symmetriesOf } from '../symmetry/symmetries.js';
import { improvedPlay, played } from './played.js';
import { bestOf, type Synthesiser } from './synthesiser.js';

const SETTINGS = [1, 2, 4, 8, 16].flatMap((chunksPerNpu) =>
  [false, true].map((thrifty) => ({ chunksPerNpu, thrifty })),
);
/** Messages, over each link counted, that a schedule in pieces may have, with effort 1. */
const MOST_MESSAGES = 100_000;
/** Hops that representatives may choose from for one setting, with effort 1. */
const HOPS_PER_SETTING = 10_000;
const MOST_TRIES = 12;

/**
 * Schedules one NPU of each orbit of the network's symmetries, and does with the others what the symmetries
 * make of it: so schedules for hundreds of NPUs take as long as those for a few.
 */
export const symmetric: Synthesiser = {
  name: 'symmetric',
  source: 'one NPU of each orbit scheduled, the others by symmetry, as in SyCCL, SIGCOMM 2025',
  mostNpus: 512,
  canMake: (_, collective) => collective === 'all-gather' || collective === 'all-reduce',
  best: (graph, collective, { bytes, seed, effort, controls, findings }) => {
    const symmetries = findings.of('symmetries', () => symmetriesOf(graph));
    if (symmetries === undefined) return undefined;
    const synthesis = new SymmetricSynthesis(graph, symmetries);
    const hopsPerPiece = symmetries.representatives.length * synthesis.hopsPerChunk;
    const { orbitOf, stays } = symmetries;
    const busy = new Set(graph.links.map(({ bandwidth }, i) => (stays[orbitOf[i] as number] as number) / bandwidth));
    const isUniform = busy.size === 1;
    const phases = collective === 'all-reduce' ? 2 : 1;
    const found = bestOf(SETTINGS, controls, ({ chunksPerNpu, thrifty }) => {
      // Where all links are busy for as long, thrift changes nothing.
      if (thrifty && isUniform) return undefined;
      const messages = phases * synthesis.messagesPerPiece * chunksPerNpu;
      if (chunksPerNpu > 1 && messages > MOST_MESSAGES * effort) return undefined;
      if (bytes < graph.npus * chunksPerNpu) return undefined;
      const most = Math.floor((HOPS_PER_SETTING * effort) / (hopsPerPiece * chunksPerNpu));
      const tries = Math.min(Math.max(most, 1), MOST_TRIES);
      const options = { bytes, chunksPerNpu, seed, tries, draws: 4, thrifty };
      const schedule = synthesis.schedule(collective as 'all-gather' | 'all-reduce', options);
      return played(graph, schedule, { ...options, symmetries: symmetries.maps.length });
    });
    return improvedPlay(graph, found, effort);
  },
};
