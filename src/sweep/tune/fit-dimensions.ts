import { ConfigError, show } from '../../base/errors.js';
import { reading } from '../../base/validate.js';
import { COLLECTIVES, type Collective, entersWithShare } from '../../collectives/collective.js';
import type { DimensionsCalibration } from '../../costs/calibrate/calibration.js';
import { compare, summarize } from '../../costs/calibrate/errors.js';
import { checkTables, type MeasuredTable, samplesOf } from '../../costs/calibrate/measured-table.js';
import { simulateCollective } from '../../simulate.js';
import { checkCollective } from '../../spec/schema.js';
import type { CollectiveOptions, CollectiveSpec } from '../../spec/spec.js';
import type { Dimension } from '../../topology/dimension.js';

/** All of a spec but what the tables determine. */
export type FitOptions = Omit<CollectiveOptions, 'size' | 'costs' | 'signal' | 'onProgress' | 'timeline' | 'program'>;

/** Fewest sizes for a fit. */
const LEAST_SIZES = 4;
/** How often the search halves its steps, from a factor of 4 on. */
const HALVINGS = 9;
/** Rounds over all numbers at one step length. */
const ROUNDS = 6;

/**
 * Bandwidth and latency of every dimension of a grid, fitted so that the simulator comes close to
 * measured tables: for each, the numbers that make the mean relative error least, found by coordinate search
 * from those of the topology. Every other size is held out to judge the fit; then all are used. The
 * numbers describe the measurements; they are no properties of the hardware.
 * @throws ConfigError for tables that are none, of other numbers of ranks than the topology, of collectives
 * that are not simulated, or of fewer than four sizes.
 */
export function fitDimensions(tables: readonly MeasuredTable[], options: FitOptions): DimensionsCalibration[] {
  checkTables(tables);
  const given = reading(() => ({ ...options }), 'options');
  return tables.map((table, i) => fitTable(table, `tables[${i}]`, given));
}

function fitTable(table: MeasuredTable, path: string, options: FitOptions): DimensionsCalibration {
  const collective = COLLECTIVES.find((one) => one === table.collective);
  const { bytes, timesUs } = samplesOf(table);
  const refuse = (expected: string, got: unknown) => new ConfigError([{ path, expected, got: show(got) }]);
  if (collective === undefined || collective === 'alltoallv') {
    throw refuse('a table of a collective that is simulated', table.collective);
  }
  if (bytes.length < LEAST_SIZES) throw refuse(`at least ${LEAST_SIZES} sizes`, bytes.length);
  const base = { ...options, collective } as Omit<CollectiveSpec, 'size'>;
  const checked = checkCollective({ ...base, size: 1 });
  if (checked.graph !== undefined) throw new ConfigError([{ path: 'topology', expected: 'a grid', got: 'a graph' }]);
  const kinds = checked.topology.map(({ kind }) => {
    if (kind !== 'circuits') return kind;
    throw new ConfigError([{ path: 'topology', expected: 'wires that do not change', got: show(kind) }]);
  });
  const npus = checked.topology.reduce((product, one) => product * one.npus, 1);
  if (table.ranks !== undefined && table.ranks !== npus) throw refuse(`a table of ${npus} ranks`, table.ranks);
  const samples = bytes.map((size, i) => ({ size, us: timesUs[i] as number })).filter(({ size }) => size >= npus);
  if (samples.length < LEAST_SIZES) throw refuse(`at least ${LEAST_SIZES} sizes of a byte per rank`, samples.length);
  const timeUs = (topology: readonly Dimension[], size: number) =>
    simulateCollective({ ...base, topology, size: sizeOf(collective, size, npus) }).timeNs / 1000;
  const fittedTo = (chosen: typeof samples) =>
    searchNear(checked.topology, (topology) =>
      chosen.reduce((sum, { size, us }) => sum + Math.abs(timeUs(topology, size) / us - 1), 0),
    );
  const seen = fittedTo(samples.filter((_, i) => i % 2 === 0));
  const unseen = samples.filter((_, i) => i % 2 === 1);
  const held = { bytes: unseen.map(({ size }) => size), timesUs: unseen.map(({ us }) => us) };
  const { medianPercent, p90Percent, count } = summarize(compare(held, (size) => timeUs(seen, size)));
  return {
    collective,
    source: table.name,
    dimensions: fittedTo(samples).map(({ npus: n, bandwidth, latency }, d) => ({
      ...{ kind: kinds[d] as (typeof kinds)[number], npus: n, bandwidthGBps: bandwidth, latencyNs: latency },
    })),
    heldOut: { medianPercent, p90Percent, count },
  };
}

function sizeOf(collective: Collective, total: number, ranks: number): number {
  return entersWithShare(collective) ? Math.max(1, Math.floor(total / ranks)) : total;
}

/** Moves one number after the other up or down while the error falls, in ever smaller steps. */
function searchNear(start: readonly Dimension[], error: (topology: readonly Dimension[]) => number): Dimension[] {
  // A latency of 0 could not grow by factors.
  let best = start.map((one) => ({ ...one, latency: Math.max(one.latency, 1) }));
  let least = error(best);
  let factor = 4;
  for (let halving = 0; halving < HALVINGS; halving++) {
    for (let round = 0; round < ROUNDS; round++) {
      const before = least;
      for (const d of best.keys()) {
        for (const key of ['bandwidth', 'latency'] as const) {
          for (const by of [factor, 1 / factor]) {
            const moved = best.map((one, i) => (i === d ? { ...one, [key]: one[key] * by } : one));
            const found = error(moved);
            if (found >= least) continue;
            [best, least] = [moved, found];
          }
        }
      }
      if (least === before) break;
    }
    factor = Math.sqrt(factor);
  }
  return best;
}
