import { ConfigError, show } from '../../base/errors.js';
import type { PlanSpec } from '../../training/plan-spec.js';
import { flagOf, negationOf, numeric } from '../flags.js';

/** A command-line flag for an option of a plan. */
export interface PlanFlag {
  readonly option: keyof PlanSpec;
  /** The flag's argument: `number`; undefined for a flag without one. */
  readonly value?: string;
  readonly about: string;
  readonly read: (text: string) => unknown;
  /** Whether plans for the same job may differ in it. */
  readonly isKnob: boolean;
}

const number = (option: keyof PlanSpec, about: string, isKnob = true): PlanFlag => {
  return { option, value: 'number', about, read: numeric, isKnob };
};
const word = (option: keyof PlanSpec, about: string): PlanFlag => {
  return { option, value: 'name', about, read: (text) => text, isKnob: true };
};
const flag = (option: keyof PlanSpec, about: string): PlanFlag => {
  return { option, about, read: (text) => truth(text, flagOf(option)), isKnob: true };
};

/** Options of a plan, the most common first. */
export const PLAN_FLAGS: readonly PlanFlag[] = [
  number('globalBatch', 'sequences in a step, over all accelerators', false),
  number('microBatch', 'sequences that go through a stage at a time (default: 1)'),
  number('tensor', 'accelerators that share every layer (default: 1)'),
  number('pipeline', 'stages that the layers are split into (default: 1)'),
  number('data', 'replicas (default: as many as fit)'),
  number('context', 'accelerators that share every sequence (default: 1)'),
  number('expert', 'replicas that share the experts (default: 1)'),
  number('chunks', 'chunks of layers per stage, interleaved (default: 1)'),
  word('schedule', 'gpipe, 1f1b or interleaved (default: 1f1b, or interleaved with chunks)'),
  number('zero', 'what replicas split: 0 nothing, 1 optimizer states, 2 gradients too, 3 weights too (default: 0)'),
  word('recompute', 'activations to recompute: none, selective or full (default: none)'),
  flag('sequenceParallel', 'split along the sequence what tensor parallelism leaves whole'),
  flag('overlapGradients', 'reduce gradients during the backward pass'),
  flag('overlapPipeline', 'compute while a message travels to the next stage'),
  flag('scatterGather', 'tensor ranks each send a share to the next stage, which gathers them'),
  flag('fusedAttention', 'one attention kernel that keeps its scores on the chip'),
  {
    option: 'bucket',
    value: 'bytes',
    about: 'smallest piece of gradients to reduce at once (default: one layer)',
    read: numeric,
    isKnob: true,
  },
  number('prefetch', 'layers whose weights are gathered ahead, with --zero 3 (default: 1)'),
  {
    option: 'order',
    value: 'axes',
    about: 'order of rank numbers, neighbours first (default: tensor-context-data-pipeline)',
    read: (text) => text.split('-'),
    isKnob: true,
  },
  {
    option: 'precision',
    value: 'list',
    about: 'bytes of weights, activations, gradients (4) and optimizer (12), and compute: gradients=2,compute=fp8',
    read: precision,
    isKnob: false,
  },
];

/** Text of flags by option, from commander; true for a flag without an argument. */
export type GivenFlags = Readonly<Record<string, string | boolean | undefined>>;

/** The options of a plan among the flags. */
export function planOf(flags: GivenFlags): Partial<PlanSpec> {
  return Object.fromEntries(
    PLAN_FLAGS.flatMap(({ option, read }) => {
      const given = flags[option];
      return given === undefined ? [] : [[option, read(String(given))]];
    }),
  );
}

/** Options among the flags as lists of values, separated by commas. */
export function knobsOf(flags: GivenFlags): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    PLAN_FLAGS.filter(({ isKnob }) => isKnob).flatMap(({ option, read }) => {
      const given = flags[option];
      if (given === undefined) return [];
      return [
        [
          option,
          String(given)
            .split(',')
            .map((text) => read(text.trim())),
        ],
      ];
    }),
  );
}

/** A plan's option as a flag: `--tensor 8`, `--fused-attention`, `--no-fused-attention`. */
export function flagText(option: keyof PlanSpec, value: unknown): string {
  const found = PLAN_FLAGS.find((one) => one.option === option);
  if (found?.value === undefined) return value === true ? flagOf(option) : negationOf(option);
  return `${flagOf(option)} ${Array.isArray(value) ? value.join('-') : textOf(value)}`;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key}=${one}`)
    .join(',');
}

function truth(text: string, path: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ConfigError([{ path, expected: 'true or false', got: show(text) }]);
}

function precision(text: string): Record<string, unknown> {
  const parts = text.split(',').map((part) => part.split('='));
  if (parts.some(({ length }) => length !== 2)) {
    const expected = 'kinds of tensors with their bytes, such as gradients=2,compute=fp8';
    throw new ConfigError([{ path: '--precision', expected, got: show(text) }]);
  }
  return Object.fromEntries(parts.map(([key = '', value = '']) => [key.trim(), numeric(value.trim())]));
}
