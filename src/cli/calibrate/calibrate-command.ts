import { ConfigError, type Issue, show } from '../../base/errors.js';
import { didYouMean } from '../../base/validate.js';
import type { AlgorithmName } from '../../collectives/algorithms.js';
import { type CalibrateOptions, calibrate } from '../../costs/calibrate/calibrate.js';
import type { Calibration } from '../../costs/calibrate/calibration.js';
import { CURVE_FORMS, type CurveForm } from '../../costs/calibrate/curve.js';
import type { MeasuredTable } from '../../costs/calibrate/measured-table.js';
import { checkOutputs } from '../files/place.js';
import { writeWhole } from '../files/write-whole.js';
import { renaming } from '../flags.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { ncclMachineFlag } from '../nccl-command.js';
import { calibrationLines } from './calibration-text.js';
import { noteLines, type ReadLog, readLog } from './read-log.js';

export interface CalibrateFlags {
  readonly form?: string;
  readonly machine?: string;
  readonly topology?: string;
  readonly algorithms?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export async function calibrateCommand(files: readonly string[], flags: CalibrateFlags, io: Io): Promise<void> {
  const { form, out } = flags;
  if (form !== undefined && !CURVE_FORMS.some((one) => one === form)) {
    const expected = `one of ${CURVE_FORMS.join(', ')}`;
    throw new ConfigError([{ path: '--form', expected, got: show(form), ...didYouMean(form, CURVE_FORMS) }]);
  }
  const twice = files.filter((file, i) => files.indexOf(file) !== i);
  if (twice.length > 0) {
    throw new ConfigError(
      twice.map((file): Issue => ({ path: file, expected: 'each log once', got: 'the same twice' })),
    );
  }
  if (out !== undefined) {
    checkOutputs(
      [{ flag: '--out', path: out }],
      files.map((path) => ({ flag: path, path })),
    );
  }

  const logs: ReadLog[] = [];
  for (const file of files) logs.push(await readLog(file));
  const tables = namedApart(logs);
  const options = { ...(form === undefined ? {} : { forms: [form as CurveForm] }), ...machineOf(flags, tables) };
  const fitted = await dimensionsOf(flags, tables);
  const calibration = renaming(
    () => ({ ...calibrate(tables, options), ...fitted }),
    (path) => path.replace(/^tables\[(\d+)\]/, (_, i) => tables[Number(i)]?.info['file'] ?? path),
  );

  if (out !== undefined) writeWhole(out, `${JSON.stringify(calibration, null, 2)}\n`);
  if (flags.json) {
    // Warnings are part of the calibration.
    const notes = logs.flatMap((log) => log.notes.map((note) => ({ file: log.file, ...note })));
    io.out(jsonOutput('calibrate', { logs: files, ...options }, { calibration, notes }));
    return;
  }
  io.out(`${calibrationLines(calibration).join('\n')}\n`);
  if (out !== undefined) io.err(`# written to ${out}\n`);
  for (const line of logs.flatMap(noteLines)) io.err(`${line}\n`);
  for (const warning of calibration.warnings) io.err(`# warning: ${warning}\n`);
}

/** The simulator's numbers, fitted to each table. */
async function dimensionsOf(
  { topology, algorithms = 'ring' }: CalibrateFlags,
  tables: readonly MeasuredTable[],
): Promise<Pick<Calibration, 'dimensions'>> {
  if (topology === undefined) return {};
  const { fitDimensions } = await import('../../sweep/tune/fit-dimensions.js');
  const names = algorithms.split(',').map((name) => name.trim()) as AlgorithmName[];
  const options = { topology, algorithms: names.length === 1 ? (names[0] as AlgorithmName) : names };
  return renaming(
    () => ({ dimensions: fitDimensions(tables, options) }),
    (path) =>
      path
        .replace(/^tables\[(\d+)\]/, (_, i) => tables[Number(i)]?.name ?? path)
        .replace(/^(topology|algorithms)/, '--$1'),
  );
}

/** Gives tables unique names, because logs of one program repeat names. */
function namedApart(logs: readonly ReadLog[]): MeasuredTable[] {
  const tables = logs.flatMap((log) => log.tables);
  const seen = new Map<string, number>();
  const isAlone = (name: string) => tables.filter((one) => one.name === name).length === 1;
  return tables.map((table) => {
    if (isAlone(table.name)) return table;
    const name = `${table.info['file']}: ${table.name}`;
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return { ...table, name: before === 0 ? name : `${name} (${before + 1})` };
  });
}

/** The law across nodes needs a machine of several nodes. */
function machineOf({ machine }: CalibrateFlags, tables: readonly MeasuredTable[]): Pick<CalibrateOptions, 'machine'> {
  if (machine === undefined) return {};
  const sizes = new Set(tables.flatMap(({ gpusPerNode }) => gpusPerNode ?? []));
  const [gpusPerNode] = sizes;
  const known = gpusPerNode === undefined || sizes.size > 1 ? {} : { gpusPerNode };
  return { machine: ncclMachineFlag(machine, { nodes: 2, ...known }) };
}
