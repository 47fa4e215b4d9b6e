import { simulateCollectiveAsync } from 'astra-sim-ts';
import type { Task } from '../protocol.js';

export const collective: Task<'collective'> = async (spec, { signal, report }) => {
  const onProgress = ({ finished }: { readonly finished: number }) => report(finished);
  const result = await simulateCollectiveAsync({ ...spec, signal, onProgress });
  // Bounds are computed when read: here, not in the page.
  return { ...result };
};
