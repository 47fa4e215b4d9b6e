import type { Warning } from '../base/warnings.js';
import type { Calibration, DimensionsCalibration } from '../costs/calibrate/calibration.js';
import type { Dimension } from '../topology/dimension.js';

/** The parts of a checked spec that a calibration changes. */
interface Costed {
  readonly topology: readonly Dimension[];
  readonly warnings: readonly Warning[];
  readonly costs?: Calibration | undefined;
  readonly collective?: string;
  readonly graph?: unknown;
}

/**
 * Replaces the topology's bandwidths and latencies by those that a calibration has fitted to such a grid.
 * Keeps a calibration without them, for its curves.
 */
export function withFittedDimensions<T extends Costed>(checked: T): T {
  const { costs, topology, collective, graph, warnings } = checked;
  if (costs?.dimensions === undefined || graph !== undefined) return checked;
  const alike = costs.dimensions.filter((one) => isFor(one, topology));
  const chosen = alike.find((one) => one.collective === collective) ?? alike[0];
  if (chosen === undefined) return checked;
  const { source, heldOut } = chosen;
  const numbers = chosen.dimensions.map(
    ({ bandwidthGBps, latencyNs }) =>
      `${Number(bandwidthGBps.toPrecision(4))} GB/s, ${Number(latencyNs.toPrecision(4))} ns`,
  );
  const message =
    `bandwidth and latency are fitted to ${source}, a measured ${chosen.collective} (${numbers.join(' x ')}); on sizes that the ` +
    `fit had not seen it erred by ${heldOut.medianPercent.toFixed(1)} % at the median; they are no properties of the hardware`;
  const data = { source, collective: chosen.collective, medianErrorPercent: heldOut.medianPercent };
  return {
    ...checked,
    costs: undefined,
    topology: topology.map((one, d) => {
      const { bandwidthGBps = one.bandwidth, latencyNs = one.latency } = chosen.dimensions[d] ?? {};
      return { ...one, bandwidth: bandwidthGBps, latency: latencyNs };
    }),
    warnings: [...warnings, { code: 'fitted-costs', message, data }],
  };
}

function isFor({ dimensions }: DimensionsCalibration, topology: readonly Dimension[]): boolean {
  const fits = (one: Dimension, d: number) => one.kind === dimensions[d]?.kind && one.npus === dimensions[d]?.npus;
  return dimensions.length === topology.length && topology.every(fits);
}
