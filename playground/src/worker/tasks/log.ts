import { readNcclTests } from 'astra-sim-ts/formats';
import type { Task } from '../protocol.js';

/** Measured times from a benchmark's log. */
export const log: Task<'log'> = async (text) => {
  const { tables, notes } = readNcclTests(text);
  return { tables, notes };
};
