import { ConfigError, show } from '../../base/errors.js';
import type { Calibration, TableCalibration } from './calibration.js';
import { curveUs } from './curve.js';
import type { MeasuredCollective } from './measured-table.js';
import { nodesPredictor } from './nodes-law.js';

/** What is asked of a calibration; what is left out does not narrow the search. */
export interface CalibratedCall {
  readonly bytes: number;
  readonly collective?: MeasuredCollective;
  readonly nodes?: number;
  /** Name of a table, where several fit. */
  readonly table?: string;
}

/** A prediction and what it rests on. */
export interface CalibratedTime {
  readonly timeUs: number;
  /** `measured`: the curve of one table; `extrapolated`: the law across nodes. */
  readonly from: 'measured' | 'extrapolated';
  /** Median error on unseen data, in percent; undefined where nothing was held out. */
  readonly expectedErrorPercent: number | undefined;
  /** The size lies outside of what was measured. */
  readonly outside: boolean;
}

/**
 * Predicts with a calibration: by the curve of the one table that fits the call, or, for a
 * number of nodes without a table, by the law across nodes. Whatever can be prepared is
 * prepared once. The function throws a ConfigError when nothing, or more than one table, fits.
 */
export function calibrated(calibration: Calibration): (call: CalibratedCall) => CalibratedTime {
  const laws = calibration.acrossNodes.map((one) => ({ ...one, predictUs: nodesPredictor(one.law) }));
  return ({ bytes, collective, nodes, table }) => {
    if (!(Number.isFinite(bytes) && bytes >= 0)) {
      throw new ConfigError([{ path: 'bytes', expected: 'bytes, at least 0', got: show(bytes) }]);
    }
    const fits = calibration.tables.filter(
      ({ source }) =>
        (collective === undefined || source.collective === collective) &&
        (nodes === undefined || source.nodes === nodes) &&
        (table === undefined || source.name === table),
    );
    const [only] = fits;
    if (only !== undefined && fits.length === 1) return fromTable(only, bytes);
    if (fits.length > 1)
      throw new ConfigError([{ path: 'table', expected: `one of ${namesOf(fits)}`, got: show(table) }]);

    const law = laws.find((one) => table === undefined && (collective === undefined || one.collective === collective));
    if (law === undefined || nodes === undefined || !Number.isSafeInteger(nodes) || nodes < 2) {
      const lawful = laws.length > 0 ? ', or another number of nodes from 2 on' : '';
      const got = `collective ${show(collective)}, nodes ${show(nodes)}, table ${show(table)}`;
      throw new ConfigError([{ path: '', expected: `one of ${namesOf(calibration.tables)}${lawful}`, got }]);
    }
    const errors = law.heldOut.map(({ medianPercent }) => medianPercent);
    return {
      timeUs: law.predictUs(nodes, bytes),
      from: 'extrapolated',
      // The worst of what was tried: nothing says that this number of nodes is an easy one.
      expectedErrorPercent: errors.length === 0 ? undefined : Math.max(...errors),
      outside: isOutside(law, bytes),
    };
  };
}

function fromTable({ source, curve, heldOut }: TableCalibration, bytes: number): CalibratedTime {
  return {
    timeUs: curveUs(curve, bytes),
    from: 'measured',
    expectedErrorPercent: heldOut.medianPercent,
    outside: isOutside(source, bytes),
  };
}

function isOutside(range: { readonly smallestBytes: number; readonly largestBytes: number }, bytes: number): boolean {
  return bytes < range.smallestBytes || bytes > range.largestBytes;
}

function namesOf(tables: readonly TableCalibration[]): string {
  return tables
    .map(({ source }) => `${source.name} (${source.collective ?? 'a collective'} on ${source.nodes ?? '?'} nodes)`)
    .join(', ');
}
