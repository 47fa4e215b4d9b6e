import type { CircuitProblem } from './options.js';

/** All switches send every step together, and all change circuits together in between. */
export function naiveTime({ steps, switches, bytesPerNs, latencyNs, reconfigurationNs }: CircuitProblem): number {
  return steps.reduce((ns, { bytes, circuit }, i) => {
    const change = steps[i - 1]?.circuit === circuit ? 0 : reconfigurationNs;
    return ns + change + bytes / (switches * bytesPerNs) + latencyNs;
  }, 0);
}

/** As if circuits changed in no time: no schedule is faster. */
export function idealTime({ steps, switches, bytesPerNs, latencyNs }: CircuitProblem): number {
  return steps.reduce((ns, { bytes }) => ns + bytes / (switches * bytesPerNs) + latencyNs, 0);
}

/**
 * Every circuit has switches of its own, set once; undefined when there are fewer switches than
 * circuits. Each circuit gets the same number. The published formula rounds that number up, and
 * so counts switches that do not exist when the circuits do not divide them.
 */
export function oneShotTime(problem: CircuitProblem): number | undefined {
  const { steps, switches, bytesPerNs, latencyNs, reconfigurationNs } = problem;
  const each = Math.floor(switches / new Set(steps.map(({ circuit }) => circuit)).size);
  if (each === 0) return undefined;
  return steps.reduce((ns, { bytes }) => ns + bytes / (each * bytesPerNs) + latencyNs, reconfigurationNs);
}
