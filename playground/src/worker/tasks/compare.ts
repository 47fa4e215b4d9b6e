import { simulateCollectiveAsync } from 'astra-sim-ts';
import { type CompareOptions, compare as compareAll } from 'astra-sim-ts/synthesis';
import type { Task } from '../protocol.js';

/** Every available algorithm on one network, at one size. */
export const compare: Task<'compare'> = async (spec, { signal, report }) => {
  const { collective, topology, endpointDelay, localMemoryBandwidth } = spec;
  // Also checks the question, with the page's names.
  const { totalBytes } = await simulateCollectiveAsync({ ...spec, signal });
  const { rows, ...rest } = compareAll({
    // The page offers only algorithms that are compared.
    collective: collective as CompareOptions['collective'],
    ...{ topology, sizes: [totalBytes], crossovers: false, onProgress: (share) => report(share) },
    ...(endpointDelay === undefined ? {} : { endpointDelay }),
    ...(localMemoryBandwidth === undefined || localMemoryBandwidth === 'unlimited' ? {} : { localMemoryBandwidth }),
  });
  // Programs are large, and the page does not show them.
  return { ...rest, rows: rows.map(({ program: _, ...row }) => row) };
};
