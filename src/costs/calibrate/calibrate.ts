import * as v from 'valibot';
import { ConfigError, type Issue, readAll } from '../../base/errors.js';
import { keys, parse } from '../../base/validate.js';
import { type NcclMachine, ncclMachineSchema } from '../nccl/machine.js';
import { calibrateNodes } from './calibrate-nodes.js';
import { type Calibration, type Provenance, STATEMENT, type TableCalibration } from './calibration.js';
import { CURVE_FORMS, type CurveForm, timeOnCurve } from './curve.js';
import { compareHeldOut, summarize } from './errors.js';
import { fitCurve } from './fit-curve.js';
import { checkTables, type MeasuredTable, type Samples, samplesIn } from './measured-table.js';
import { warningsOf } from './warnings.js';

export interface CalibrateOptions {
  /** Forms to try on each table; default all. Keeps the one that errs least on held-out sizes. */
  readonly forms?: readonly CurveForm[];
  /** What NCCL finds on the machine, for the law across nodes; ignores its `nodes`. */
  readonly machine?: NcclMachine;
}

/** Fewer sizes, or a narrower span, cannot determine latency and bandwidth. */
const LEAST_SIZES = 4;
const LEAST_SPAN = 1000;

/**
 * Fits cost models to measured tables. Every table becomes a curve over sizes; tables of one
 * collective on several numbers of nodes, or with a machine, also become a law across nodes.
 * Errors are those on held-out data. Throws a ConfigError for no table, for one with fewer
 * than four sizes, or for sizes that span less than three decades.
 */
export function calibrate(tables: readonly MeasuredTable[], options: CalibrateOptions = {}): Calibration {
  const { forms, machine } = check(tables, options);
  const measured = tables.map((table) => ({ table, samples: samplesIn(table) }));
  const fitted = measured.map(({ table, samples }) => calibrateTable(table, samples, forms));
  const collectives = [...new Set(tables.map(({ collective }) => collective))];
  const acrossNodes = collectives.flatMap((collective) => {
    const own = measured.filter(({ table }) => table.collective === collective);
    return calibrateNodes(collective, own, machine) ?? [];
  });
  return {
    kind: 'calibration',
    version: 1,
    statement: STATEMENT,
    tables: fitted,
    acrossNodes,
    warnings: warningsOf(fitted, acrossNodes),
  };
}

/** Why samples cannot be fitted, as an expectation; undefined when they can. */
export function tooFew({ bytes }: Samples): { expected: string; got: string } | undefined {
  if (bytes.length < LEAST_SIZES) {
    return { expected: `at least ${LEAST_SIZES} sizes with a time above 0`, got: `${bytes.length}` };
  }
  const [smallest, largest] = [bytes[0] as number, bytes.at(-1) as number];
  if (largest / smallest >= LEAST_SPAN) return undefined;
  return { expected: 'sizes over at least three decades', got: `${smallest} to ${largest} bytes` };
}

const optionsSchema = keys({
  forms: v.optional(
    v.pipe(v.array(v.picklist(CURVE_FORMS), 'a list of forms'), v.minLength(1, 'at least one form')),
    CURVE_FORMS,
  ),
  machine: v.optional(ncclMachineSchema),
});

function check(tables: readonly MeasuredTable[], options: CalibrateOptions) {
  const checkSizes = () => {
    checkTables(tables);
    const issues = tables.flatMap((table, i): Issue[] => {
      const few = tooFew(samplesIn(table));
      return few === undefined ? [] : [{ path: `tables[${i}] (${table.name})`, ...few }];
    });
    if (issues.length > 0) throw new ConfigError(issues);
  };
  const [, { forms, machine }] = readAll(checkSizes, () => parse(optionsSchema, options));
  return { forms, machine: machine as NcclMachine | undefined };
}

function calibrateTable(table: MeasuredTable, samples: Samples, forms: readonly CurveForm[]): TableCalibration {
  const tried = forms.map((form) => ({ form, heldOut: heldOutOf(form, samples) }));
  tried.sort((a, b) => a.heldOut.medianPercent - b.heldOut.medianPercent);
  const [best] = tried as [(typeof tried)[number]];
  return {
    source: provenanceOf(table, samples),
    curve: fitCurve(best.form, samples),
    heldOut: best.heldOut,
    tried,
  };
}

/** The error of a form on held-out sizes. */
export function heldOutOf(form: CurveForm, samples: Samples) {
  const fitTo = (seen: Samples) => {
    const curve = fitCurve(form, seen);
    return (bytes: number) => timeOnCurve(curve, bytes);
  };
  return summarize(compareHeldOut(samples, fitTo));
}

function provenanceOf(table: MeasuredTable, { bytes }: Samples): Provenance {
  const { name, collective, ranks, nodes, measured, info } = table;
  return {
    name,
    ...(collective === undefined ? {} : { collective }),
    ...(ranks === undefined ? {} : { ranks }),
    ...(nodes === undefined ? {} : { nodes }),
    sizes: bytes.length,
    smallestBytes: bytes[0] as number,
    largestBytes: bytes.at(-1) as number,
    measured,
    info,
  };
}
