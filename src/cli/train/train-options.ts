import { ConfigError } from '../../base/errors.js';
import type { Warning } from '../../base/warnings.js';
import { isClusterShorthand } from '../../topology/cluster.js';
import type { PlanSpec } from '../../training/plan-spec.js';
import type { TrainingOptions } from '../../training/training-options.js';
import { isTable, type Options, readOptionsFile } from '../cluster/options-file.js';
import { costsOf } from '../costs-file.js';
import { flagOf, numeric, renaming } from '../flags.js';
import { type GivenFlags, PLAN_FLAGS } from './plan-flags.js';

/** Flags of `train` from commander, without those of the plan. */
export interface MachineFlags {
  readonly model?: string;
  readonly cluster?: string;
  readonly gpus?: string;
  readonly efficiency?: string;
  readonly memoryEfficiency?: string;
  readonly endpointDelay?: string;
  readonly splits?: string;
  readonly costs?: string;
  readonly network?: string;
}

/** Options of a file, overridden by flags. */
export interface ReadOptions {
  readonly options: TrainingOptions;
  /** Keys of the file for the command, not for the simulation. */
  readonly others: Options;
  readonly warnings: readonly Warning[];
  /** Runs something and restates its issues by flag, or by the file that set the option. */
  readonly inTerms: <T>(run: () => T) => T;
}

const MACHINE = ['model', 'cluster', 'efficiency', 'memoryEfficiency', 'endpointDelay', 'splits', 'network'] as const;
/** Options that users write under another name. */
const RENAMED: Readonly<Record<string, string>> = { npus: '--gpus', accelerators: '--gpus', ranks: '--ranks' };

/**
 * Reads the file and applies the flags over it, unchecked.
 * @param plan - options of the plan among the flags.
 * @param others - keys of the file for the command, and other options that flags name.
 */
export async function readOptions(
  file: string | undefined,
  flags: MachineFlags & GivenFlags,
  plan: Partial<PlanSpec>,
  { others = [], named = [] }: { readonly others?: readonly string[]; readonly named?: readonly string[] } = {},
): Promise<ReadOptions> {
  const read = file === undefined ? { options: {} as Options, warnings: [] } : readOptionsFile(file);
  const { plan: planInFile, ...inFile } = read.options;
  const own = Object.fromEntries(Object.entries(inFile).filter(([key]) => others.includes(key)));
  const rest = Object.fromEntries(Object.entries(inFile).filter(([key]) => !others.includes(key)));
  const given = MACHINE.flatMap((name) => {
    const text = flags[name];
    if (text === undefined) return [];
    return [
      [name, name === 'model' || name === 'cluster' || name === 'network' ? text : numeric(String(text))] as const,
    ];
  });
  const merged: Options = { ...rest, ...Object.fromEntries(given), ...(await costsOf(flags.costs)) };
  const options = {
    ...merged,
    ...clusterOf(merged['cluster'], flags.gpus),
    // Anything but a table stays, for the check to refuse.
    plan: planInFile === undefined || isTable(planInFile) ? { ...planInFile, ...plan } : planInFile,
  };
  const fromFlags = new Set([...given.map(([name]) => name as string), ...Object.keys(plan), ...named]);
  const place = (path: string) => placeOf(path, file, fromFlags);
  return {
    options: options as unknown as TrainingOptions,
    others: own,
    warnings: read.warnings,
    inTerms: (run) => renaming(run, place),
  };
}

/** `--cluster dgx-a100 --gpus 1024` is `dgx-a100 x 1024`. */
function clusterOf(cluster: unknown, gpus: string | undefined): { readonly cluster?: unknown } {
  if (gpus === undefined) return {};
  if (typeof cluster === 'string' && !isClusterShorthand(cluster) && /^\d+$/.test(gpus)) {
    return { cluster: `${cluster} x ${gpus}` };
  }
  const isNumber = /^\d+$/.test(gpus);
  const expected = isNumber ? 'a cluster by name, such as --cluster dgx-a100' : 'a whole number';
  const got = isNumber ? (cluster === undefined ? 'no --cluster' : 'a cluster that has its size') : `"${gpus}"`;
  throw new ConfigError([{ path: '--gpus', expected, got }]);
}

/** Locates an issue: its flag, or its place in the file. */
function placeOf(path: string, file: string | undefined, fromFlags: ReadonlySet<string>): string {
  const inner = path.replace(/^(plan|space)\./, '');
  const [option = ''] = /^\w*/.exec(inner) ?? [];
  if (option === '') return file === undefined ? path : nameOf(file);
  const isPlan = PLAN_FLAGS.some((one) => one.option === option);
  const isFlag = isPlan || option in RENAMED || MACHINE.some((name) => name === option);
  if (isFlag && (file === undefined || fromFlags.has(option) || option in RENAMED)) {
    return (RENAMED[option] ?? flagOf(option)) + inner.slice(option.length);
  }
  // Option names within a sentence are not a path.
  if (file === undefined || (isPlan && inner === path)) return path;
  return `${nameOf(file)}: ${path}`;
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
