import { ConfigError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { Collective } from '../collectives/collective.js';
import { calibrated } from '../costs/calibrate/calibrated.js';
import type { Calibration, NodesCalibration } from '../costs/calibrate/calibration.js';

/** What a calibration says of a collective. */
export interface FittedTime {
  readonly timeNs: number;
  /** Of the collective, as benchmarks count them. */
  readonly bytes: number;
  /** Name of the table that the curve is fitted to; of a law across nodes, the names of all of its tables. */
  readonly source: string;
  /** Median error on what the fit had not seen, in percent: sizes, or numbers of nodes. */
  readonly expectedErrorPercent: number | undefined;
  /** Whether the size is outside the measured range. */
  readonly outside: boolean;
  /** Of a law across nodes: the number of nodes, which was not measured. */
  readonly nodes?: number;
}

/** The time of a fitted curve, in place of the simulated one. */
export interface CurveTime extends FittedTime {
  /** What the simulation came to. */
  readonly simulatedNs: number;
}

/** A collective that a calibration is asked about. */
export interface CurveCall {
  readonly collective: Collective;
  readonly ranks: number;
  /** As benchmarks count them. */
  readonly bytes: number;
  /** Nodes that its ranks lie on; undefined where nothing says so. */
  readonly nodes?: number | undefined;
}

/**
 * The time of the one table of a collective on as many ranks (and nodes), else of the law across nodes where its tables
 * have the same number of ranks on each. Undefined when there is neither.
 * @throws ConfigError when several tables fit.
 */
export function fittedTime(costs: Calibration, call: CurveCall): FittedTime | undefined {
  const { collective, ranks, bytes, nodes } = call;
  const about = costs.tables.filter(
    ({ source }) =>
      source.collective === collective &&
      (source.ranks === undefined || source.ranks === ranks) &&
      (nodes === undefined || source.nodes === undefined || source.nodes === nodes),
  );
  const [only] = about;
  if (about.length > 1) throw noTable(call, about);
  if (only !== undefined) {
    const { name } = only.source;
    const { timeUs, expectedErrorPercent, outside } = calibrated(costs)({ bytes, table: name });
    return { timeNs: Math.round(timeUs * 1000), bytes, source: name, expectedErrorPercent, outside };
  }
  const law = costs.acrossNodes.find((one) => one.collective === collective);
  const count = law === undefined ? undefined : nodesFor(law, costs, ranks);
  if (law?.collective === undefined || count === undefined || (nodes !== undefined && nodes !== count))
    return undefined;
  const { timeUs, from, expectedErrorPercent, outside } = calibrated(costs)({
    bytes,
    collective: law.collective,
    nodes: count,
  });
  if (from === 'measured') return undefined;
  return {
    timeNs: Math.round(timeUs * 1000),
    bytes,
    source: law.sources.join(', '),
    expectedErrorPercent,
    outside,
    nodes: count,
  };
}

/** The number of nodes of so many ranks, where all tables of a law have as many ranks on each. */
function nodesFor({ sources }: NodesCalibration, { tables }: Calibration, ranks: number): number | undefined {
  const perNode = tables
    .filter(({ source }) => sources.includes(source.name))
    .map(({ source }) => (source.ranks ?? Number.NaN) / (source.nodes ?? Number.NaN));
  const count = ranks / (perNode[0] as number);
  return new Set(perNode).size === 1 && Number.isSafeInteger(count) && count > 1 ? count : undefined;
}

/** What is said when a calibration has no time for a collective, or several. */
export function noTable({ collective, ranks }: CurveCall, tables: Calibration['tables']): ConfigError {
  const names = tables.map(
    ({ source }) => `${source.name} (${source.collective ?? 'a collective'} on ${source.ranks ?? '?'} ranks)`,
  );
  const expected = `one table of ${collective} on ${ranks} ranks, or dimensions fitted to this topology`;
  return new ConfigError([{ path: 'costs', expected, got: names.join(', ') || 'none' }]);
}

/** What to know before such a time is quoted. */
export function curveWarning({ source, bytes, expectedErrorPercent, outside, nodes }: FittedTime): Warning {
  const beyond = outside ? `; ${bytes} bytes are outside of what was measured` : '';
  const error = expectedErrorPercent === undefined ? undefined : `${expectedErrorPercent.toFixed(1)} % at the median`;
  const what =
    nodes === undefined
      ? `a curve fitted to ${source}`
      : `a law across nodes, fitted to ${source}, for ${nodes} nodes, which were not measured`;
  const unseen = nodes === undefined ? 'sizes that the fit' : 'numbers of nodes that a fit';
  const erred = error === undefined ? 'nothing says how far it errs' : `on ${unseen} had not seen it erred by ${error}`;
  return {
    code: 'fitted-costs',
    message: `the time is that of ${what}, in place of a simulation, so no other traffic slows it down; ${erred}${beyond}`,
    data: { source, ...(expectedErrorPercent === undefined ? {} : { medianErrorPercent: expectedErrorPercent }) },
  };
}
