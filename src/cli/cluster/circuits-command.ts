import { formatBytes, type Quantity } from '../../base/units.js';
import type { CircuitOptions, CircuitSearchOptions } from '../../cluster/circuits/options.js';
import type { Transfer } from '../../cluster/circuits/plan.js';
import { type CircuitSchedule, playCircuits, scheduleCircuits } from '../../cluster/circuits/schedule.js';
import { type CircuitAlgorithm, type CircuitStep, circuitSteps } from '../../cluster/circuits/steps.js';
import type { Io } from '../io.js';
import { jsonOutput } from '../json-output.js';
import { columns } from '../table.js';
import { inFile, type Options, printWarnings, readOptionsFile, without } from './options-file.js';
import { duration } from './quantities.js';

export interface CircuitsFlags {
  readonly timeline?: boolean;
  readonly json?: boolean;
}

export function circuitsCommand(file: string, flags: CircuitsFlags, io: Io): void {
  const { options, warnings } = readOptionsFile(file);
  const { input, times } = inFile(file, () => answer(options));
  printWarnings(warnings, io);
  if (flags.json) {
    io.out(jsonOutput('circuits', { file, options: input }, times));
    return;
  }
  const table = flags.timeline ? timeline(times.transfers) : stepTable(input, times.transfers);
  io.out(`${[...table, '', ...summary(times)].join('\n')}\n`);
}

/** A schedule from a search, or only the times of a given plan. */
type Times = Pick<CircuitSchedule, 'timeNs' | 'transfers'> & Partial<CircuitSchedule>;

function answer(options: Options): { readonly input: CircuitOptions; readonly times: Times } {
  const { plan, ...rest } = withSteps(options);
  const input = rest as unknown as CircuitSearchOptions;
  if (plan === undefined) return { input, times: scheduleCircuits(input) };
  return { input, times: playCircuits(input, plan as readonly number[][]) };
}

/** Adds the steps of a named collective if there is no list of steps. */
function withSteps(options: Options): Options {
  const { algorithm, npus, size, ...rest } = options;
  if (algorithm === undefined) return options;
  const steps: CircuitStep[] = circuitSteps(algorithm as CircuitAlgorithm, npus as number, size as Quantity);
  // With both, `algorithm` is an unknown key.
  return 'steps' in rest ? without(options, ['npus', 'size']) : { ...rest, steps };
}

function stepTable({ steps }: CircuitOptions, transfers: readonly Transfer[]): string[] {
  const rows = steps.map(({ bytes, circuit }, step) => {
    const own = transfers.filter((transfer) => transfer.step === step);
    const changing = own.filter(({ reconfigureNs }) => reconfigureNs !== undefined);
    return [
      String(step),
      String(circuit),
      typeof bytes === 'number' ? formatBytes(bytes) : String(bytes),
      own.map((transfer) => transfer.switch).join(' '),
      changing.map((transfer) => transfer.switch).join(' '),
      duration(Math.min(...own.map(({ startNs }) => startNs))),
      duration(Math.max(...own.map(({ endNs }) => endNs))),
    ];
  });
  return columns([['step', 'circuit', 'bytes', 'switches', 'changed before', 'start', 'end'], ...rows], [3, 4]);
}

function timeline(transfers: readonly Transfer[]): string[] {
  const rows = transfers.map(({ step, switch: place, reconfigureNs, startNs, endNs, bytes }) => [
    String(step),
    String(place),
    reconfigureNs === undefined ? '' : duration(reconfigureNs),
    duration(startNs),
    duration(endNs),
    formatBytes(bytes),
  ]);
  return columns([['step', 'switch', 'changes at', 'start', 'end', 'bytes'], ...rows]);
}

function summary({ timeNs, quality, naiveNs, idealNs, oneShotNs }: Times): string[] {
  if (naiveNs === undefined || idealNs === undefined) return [`time ${duration(timeNs)}`];
  const others = [
    `all switches together ${duration(naiveNs)}`,
    ...(oneShotNs === undefined ? [] : [`switches for each circuit ${duration(oneShotNs)}`]),
    `if changes took no time ${duration(idealNs)}`,
  ];
  const how =
    quality?.kind === 'bounded' ? `no schedule is faster than ${duration(quality.lowerBoundNs)}` : quality?.kind;
  return [`time ${duration(timeNs)} (${how})`, others.join('; ')];
}
