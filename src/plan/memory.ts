import { ConfigError } from '../base/errors.js';

/**
 * What a simulation may take. Node gives a process some 4.3 GB by default, of which the program, the
 * result and the collector need their part.
 */
export const MEMORY_BYTES = 3.5e9;

/** For each phase of each chunk, whichever engine runs. Measured, with the room that lists keep for growing. */
export const PHASE_BYTES = 205;

/**
 * Refuses what would not fit, before anything is allocated for it.
 * @param path - the option that makes it so large.
 * @param what - what there would be too many of.
 * @throws ConfigError
 */
export function checkMemory(bytes: number, path: string, what: string): void {
  if (bytes <= MEMORY_BYTES) return;
  const gb = (value: number) => `${Number((value / 1e9).toPrecision(3))} GB`;
  const expected = `a simulation that takes at most ${gb(MEMORY_BYTES)} of memory`;
  throw new ConfigError([{ path, expected, got: `some ${gb(bytes)}`, hint: what }]);
}
