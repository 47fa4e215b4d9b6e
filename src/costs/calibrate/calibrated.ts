import * as v from 'valibot';
import { ConfigError, show } from '../../base/errors.js';
import { keys, parse, whole } from '../../base/validate.js';
import type { Calibration, TableCalibration } from './calibration.js';
import { timeOnCurve } from './curve.js';
import { MEASURED_COLLECTIVES, type MeasuredCollective } from './measured-table.js';
import { nodesPredictor } from './nodes-law.js';
import { readCalibration } from './read-calibration.js';

/** A query to a calibration; absent fields do not narrow the search. */
export interface CalibratedCall {
  readonly bytes: number;
  readonly collective?: MeasuredCollective;
  readonly nodes?: number;
  /** Name of a table, where several fit. */
  readonly table?: string;
}

/** A prediction and its basis. */
export interface CalibratedTime {
  readonly timeUs: number;
  /** `measured`: the curve of one table; `extrapolated`: the law across nodes. */
  readonly from: 'measured' | 'extrapolated';
  /** Median error on held-out data, in percent; undefined if there was none. */
  readonly expectedErrorPercent: number | undefined;
  /** Whether the size lies outside the measured range. */
  readonly outside: boolean;
}

const bytesRule = 'bytes, at least 0';
const callSchema = keys({
  bytes: v.pipe(v.number(bytesRule), v.finite(bytesRule), v.minValue(0, bytesRule)),
  collective: v.optional(v.picklist(MEASURED_COLLECTIVES)),
  nodes: v.optional(whole(1, 2 ** 20)),
  table: v.optional(v.string('the name of a table')),
});

/**
 * Predicts with a calibration: by the curve of the one table that fits the call, or, for a
 * number of nodes without a table, by the law across nodes. Prepares everything it can in
 * advance. The function throws a ConfigError when nothing, or more than one table, fits.
 * @throws ConfigError for a calibration that {@link readCalibration} refuses.
 */
export function calibrated(calibration: Calibration): (call: CalibratedCall) => CalibratedTime {
  const { tables, acrossNodes } = readCalibration(calibration);
  const laws = acrossNodes.map((one) => ({ ...one, predictUs: nodesPredictor(one.law) }));
  return (call) => {
    const { bytes, collective, nodes, table } = parse(callSchema, call);
    const fits = tables.filter(
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
    if (law === undefined || nodes === undefined || nodes < 2) {
      const lawful = laws.length > 0 ? ', or another number of nodes from 2 on' : '';
      const got = `collective ${show(collective)}, nodes ${show(nodes)}, table ${show(table)}`;
      throw new ConfigError([{ path: '', expected: `one of ${namesOf(tables)}${lawful}`, got }]);
    }
    const errors = law.heldOut.map(({ medianPercent }) => medianPercent);
    return {
      timeUs: law.predictUs(nodes, bytes),
      from: 'extrapolated',
      // The worst of those tried: this number of nodes may be a hard one.
      expectedErrorPercent: errors.length === 0 ? undefined : Math.max(...errors),
      outside: isOutside(law, bytes),
    };
  };
}

function fromTable({ source, curve, heldOut }: TableCalibration, bytes: number): CalibratedTime {
  return {
    timeUs: timeOnCurve(curve, bytes),
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
