import { ConfigError } from '../base/errors.js';

/**
 * Memory limit of a simulation. Node gives a process some 4.3 GB by default, and the program, the
 * result and the garbage collector need part of it.
 */
export const MEMORY_BYTES = 3.5e9;

/** Per phase of each chunk, in either engine. Measured, with spare room in growing lists. */
export const PHASE_BYTES = 205;

/**
 * Refuses a simulation that would not fit, before it allocates anything.
 * @param path - the option that makes it large.
 * @param what - what it has too many of.
 * @throws ConfigError
 */
export function checkMemory(bytes: number, path: string, what: string): void {
  if (bytes <= MEMORY_BYTES) return;
  const gb = (value: number) => `${Number((value / 1e9).toPrecision(3))} GB`;
  const expected = `a simulation that takes at most ${gb(MEMORY_BYTES)} of memory`;
  throw new ConfigError([{ path, expected, got: `some ${gb(bytes)}`, hint: what }]);
}
