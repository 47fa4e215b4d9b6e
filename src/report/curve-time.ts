import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import { calibrated } from '../costs/calibrate/calibrated.js';
import type { Calibration } from '../costs/calibrate/calibration.js';

/** The time of a fitted curve, which replaces the simulated one. */
export interface CurveTime {
  readonly timeNs: number;
  /** The simulated time. */
  readonly simulatedNs: number;
  /** Name of the table to which the curve is fitted. */
  readonly source: string;
  /** Median error on sizes the fit had not seen, in percent. */
  readonly expectedErrorPercent: number | undefined;
  /** Whether the size is outside the measured range. */
  readonly outside: boolean;
}

/**
 * A collective's time by a calibration, from its one table on as many ranks.
 * @throws ConfigError if there is no such table, or several.
 */
export function curveTime(
  costs: Calibration,
  collective: Collective,
  ranks: number,
  bytes: number,
  simulatedNs: number,
): CurveTime {
  const about = costs.tables.filter(
    ({ source }) => source.collective === collective && (source.ranks === undefined || source.ranks === ranks),
  );
  const [only] = about;
  if (only === undefined || about.length > 1) {
    const names = (only === undefined ? costs.tables : about).map(
      ({ source }) => `${source.name} (${source.collective ?? 'a collective'} on ${source.ranks ?? '?'} ranks)`,
    );
    const expected = `one table of ${collective} on ${ranks} ranks, or dimensions fitted to this topology`;
    throw new ConfigError([{ path: 'costs', expected, got: names.join(', ') || 'none' }]);
  }
  const { name } = only.source;
  const { timeUs, expectedErrorPercent, outside } = calibrated(costs)({ bytes, table: name });
  return { timeNs: Math.round(timeUs * 1000), simulatedNs, source: name, expectedErrorPercent, outside };
}

/** A warning to read before quoting such a time. */
export function curveWarning({ source, simulatedNs, expectedErrorPercent = 0, outside }: CurveTime): Warning {
  const beyond = outside ? '; this size is outside of what was measured' : '';
  return {
    code: 'fitted-costs',
    message:
      `the time is that of a curve fitted to ${source}, in place of the simulated ${simulatedNs} ns; on sizes that the fit ` +
      `had not seen it erred by ${expectedErrorPercent.toFixed(1)} % at the median${beyond}`,
    data: { source, simulatedNs, medianErrorPercent: expectedErrorPercent },
  };
}
