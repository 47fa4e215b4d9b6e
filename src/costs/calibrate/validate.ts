import { ConfigError } from '../../base/errors.js';
import { heldOutOf, tooFew } from './calibrate.js';
import { CURVE_FORMS, type CurveForm } from './curve.js';
import { compare, compareHeldOut, type ErrorSummary, summarize } from './errors.js';
import { fitNodesLaw } from './fit-nodes-law.js';
import { checkTables, type MeasuredTable, quantile, type Samples, samplesIn } from './measured-table.js';
import { ncclBaseOf } from './nccl-base.js';
import { ncclParts, nodesPredictor } from './nodes-law.js';
import { type SeriesValidation, validateSeries } from './validate-series.js';

/** How each model does on one measured table. */
export interface TableValidation {
  readonly table: MeasuredTable;
  readonly sizes: number;
  /** Each form on held-out sizes. */
  readonly forms: Readonly<Record<CurveForm, ErrorSummary>>;
  /** NCCL's formula, nothing fitted, if the description suggests a machine. */
  readonly nccl?: ErrorSummary;
  /** The same with three fitted factors, on held-out sizes. */
  readonly ncclFitted?: ErrorSummary;
}

/** Medians over tables of their median and of their 90th percentile, in percent. */
export interface OverTables {
  readonly tables: number;
  readonly medianPercent: number;
  readonly p90Percent: number;
}

export interface Validation {
  readonly tables: readonly TableValidation[];
  /** Tables with too few sizes to fit, and why. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  /** Machines measured with several numbers of nodes. */
  readonly series: readonly SeriesValidation[];
  /** Each form over all tables, and NCCL's formula if any table suggests a machine. */
  readonly overTables: Readonly<Record<CurveForm, OverTables>> & {
    readonly nccl?: OverTables;
    readonly ncclFitted?: OverTables;
  };
}

/**
 * Compares every model with measured tables, on held-out data.
 * @throws ConfigError for invalid tables, or when all have too few sizes.
 */
export function validate(tables: readonly MeasuredTable[]): Validation {
  checkTables(tables);
  const measured = tables.map((table) => ({ table, samples: samplesIn(table) }));
  const refused = measured.flatMap(({ table, samples }) => {
    const few = tooFew(samples);
    return few === undefined ? [] : [{ name: table.name, reason: `needs ${few.expected}, has ${few.got}` }];
  });
  const kept = measured.filter(({ samples }) => tooFew(samples) === undefined);
  if (kept.length === 0) {
    const got = refused.map(({ name, reason }) => `${name}, which ${reason}`).join('; ');
    throw new ConfigError([{ path: 'tables', expected: 'a table that can be fitted', got }]);
  }
  const validated = kept.map(({ table, samples }) => validateTable(table, samples));
  const over = (pick: (one: TableValidation) => ErrorSummary | undefined): OverTables => {
    const found = validated.map(pick).filter((one) => one !== undefined);
    return {
      tables: found.length,
      medianPercent: quantile(
        found.map((one) => one.medianPercent),
        0.5,
      ),
      p90Percent: quantile(
        found.map((one) => one.p90Percent),
        0.5,
      ),
    };
  };
  return {
    tables: validated,
    refused,
    series: validateSeries(kept.map(({ table }) => table)),
    overTables: {
      ...byForm((form) => over(({ forms }) => forms[form])),
      ...(validated.some(({ nccl }) => nccl !== undefined)
        ? { nccl: over(({ nccl }) => nccl), ncclFitted: over(({ ncclFitted }) => ncclFitted) }
        : {}),
    },
  };
}

function validateTable(table: MeasuredTable, samples: Samples): TableValidation {
  const forms = byForm((form) => heldOutOf(form, samples));
  const validated: TableValidation = { table, sizes: samples.bytes.length, forms };
  const base = ncclBaseOf(table);
  if (base === undefined) return validated;
  const nodes = table.nodes ?? 1;
  const partsOf = ncclParts(base.machine, base.collective);
  const unfitted = compare(samples, (bytes) => {
    const { latencyUs, bytesUs } = partsOf(nodes, bytes);
    return latencyUs + bytesUs;
  });
  const fitted = compareHeldOut(samples, (seen) => {
    const predictUs = nodesPredictor(fitNodesLaw(base, [{ nodes, samples: seen }], false));
    return (bytes) => predictUs(nodes, bytes);
  });
  return { ...validated, nccl: summarize(unfitted), ncclFitted: summarize(fitted) };
}

function byForm<T>(of: (form: CurveForm) => T): Record<CurveForm, T> {
  return Object.fromEntries(CURVE_FORMS.map((form) => [form, of(form)])) as Record<CurveForm, T>;
}
