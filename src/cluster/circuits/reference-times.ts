import type { CircuitProblem } from './options.js';

/** Time if all switches send every step together, and all change circuits together in between. */
export function naiveTime({ steps, switches, bytesPerNs, latencyNs, reconfigurationNs }: CircuitProblem): number {
  return steps.reduce((ns, { bytes, circuit }, i) => {
    const change = steps[i - 1]?.circuit === circuit ? 0 : reconfigurationNs;
    return ns + change + bytes / (switches * bytesPerNs) + latencyNs;
  }, 0);
}

/** Time if circuits changed instantly: no schedule is faster. */
export function idealTime({ steps, switches, bytesPerNs, latencyNs }: CircuitProblem): number {
  return steps.reduce((ns, { bytes }) => ns + bytes / (switches * bytesPerNs) + latencyNs, 0);
}

/**
 * Time if every circuit has its own switches, set once; undefined if there are fewer switches than
 * circuits. Each circuit gets the same number. The published formula rounds that number up, and
 * so counts switches that do not exist if the circuits do not divide them.
 */
export function oneShotTime(problem: CircuitProblem): number | undefined {
  const { steps, switches, bytesPerNs, latencyNs, reconfigurationNs } = problem;
  const each = Math.floor(switches / new Set(steps.map(({ circuit }) => circuit)).size);
  if (each === 0) return undefined;
  return steps.reduce((ns, { bytes }) => ns + bytes / (each * bytesPerNs) + latencyNs, reconfigurationNs);
}
