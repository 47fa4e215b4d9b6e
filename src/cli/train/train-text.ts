import type { Change } from '../../training/changes.js';
import type { Accelerator } from '../../training/cluster.js';
import type { MemoryUse } from '../../training/memory.js';
import type { Model } from '../../training/model.js';
import { totalParameters } from '../../training/parameters.js';
import type { Plan } from '../../training/plan.js';
import type { PlanSpec } from '../../training/plan-spec.js';
import type { TimeUse } from '../../training/play-step.js';
import type { TrainingResult } from '../../training/simulate-training.js';
import type { CheckedTraining } from '../../training/training-options.js';
import { duration, percent, significant } from '../cluster/quantities.js';
import { columns, wrap } from '../table.js';
import { flagText } from './plan-flags.js';

const WIDTH = 110;

/** Names of the parts of the time, in printing order. */
const PARTS: Readonly<Record<keyof TimeUse, string>> = {
  forward: 'forward pass',
  backward: 'backward pass',
  recomputed: 'activations computed anew',
  optimizer: 'optimizer',
  tensor: 'tensor-parallel communication',
  context: 'context-parallel communication',
  expert: 'expert-parallel communication',
  pipeline: 'messages between stages',
  data: 'gradients and weights of data parallelism',
  bubble: 'pipeline bubble',
  contention: 'waiting for links that others use',
};

const COMMUNICATION: readonly (keyof TimeUse)[] = ['tensor', 'context', 'expert', 'pipeline', 'data', 'contention'];

const MEMORY: Readonly<Record<Exclude<keyof MemoryUse, 'total'>, string>> = {
  weights: 'weights',
  gradients: 'gradients',
  optimizer: 'optimizer states',
  activations: 'activations at their peak',
};

/** A step as text. */
export function trainLines(
  checked: CheckedTraining,
  result: TrainingResult,
  bottleneck: keyof TimeUse | undefined,
  changes: readonly Change[] | undefined,
): string[] {
  const { stepNs, tokensPerSecond, modelFlopsUtilisation, npus } = result;
  const teraflops = (modelFlopsUtilisation * checked.rates.peak) / 1000;
  return [
    ...heading(checked),
    '',
    ...columns(
      [
        ['step', duration(stepNs)],
        ['tokens per second', `${thousands(tokensPerSecond)}, ${thousands(tokensPerSecond / npus)} per accelerator`],
        [
          'model FLOP/s utilisation',
          `${percent(modelFlopsUtilisation)}, ${significant(teraflops)} teraFLOP/s per accelerator`,
        ],
      ],
      [0, 1],
    ),
    '',
    ...timeLines(result),
    '',
    ...memoryLines(checked, result),
    '',
    ...bottleneckLines(result, bottleneck),
    ...(changes === undefined ? [] : ['', ...changeLines(result, changes)]),
  ];
}

/** The model, the cluster and the plan in words. */
function heading({ model, accelerator, plan }: CheckedTraining): string[] {
  return [modelLine(model, accelerator, [plan.npus]), ...wrap(`${degrees(plan)}; ${passes(plan)}`, WIDTH)];
}

const SCALES = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
] as const;

export function modelLine(model: Model, accelerator: Accelerator, npus: readonly number[]): string {
  const size = totalParameters(model);
  const [scale, word] = SCALES.find(([least]) => size >= least) ?? ([1e6, 'million'] as const);
  const parameters = `${significant(size / scale)} ${word}`;
  const name = model.name === '' ? 'a model' : model.name;
  const sequences = `sequences of ${thousands(model.sequence)}`;
  const sizes =
    npus.length > 3
      ? `${thousands(npus[0] as number)} to ${thousands(npus.at(-1) as number)}`
      : npus.map(thousands).join(', ');
  return `${name} (${parameters} parameters, ${sequences}) on ${sizes} x ${accelerator.name}`;
}

/** `tensor 8 x pipeline 16 x data 8`: degrees above 1, whose product is the number of accelerators. */
function degrees(plan: Plan): string {
  const axes = (['tensor', 'context', 'pipeline', 'data'] as const).filter((axis) => plan[axis] > 1);
  const product = axes.map((axis) => `${axis} ${plan[axis]}`).join(' x ') || 'one accelerator';
  return plan.expert > 1 ? `${product}, experts over ${plan.expert} of the replicas` : product;
}

function passes(plan: Plan): string {
  const { microBatches, microBatch, globalBatch, schedule, chunks, pipeline, zero, recompute } = plan;
  const batch = `batch ${globalBatch}: ${microBatches} micro-batch${microBatches === 1 ? '' : 'es'} of ${microBatch} per pipeline`;
  const order = schedule === 'interleaved' ? `interleaved in ${chunks} chunks` : schedule;
  const extras = [
    ...(pipeline > 1 ? [order] : []),
    ...(zero > 0 ? [`ZeRO ${zero}`] : []),
    recompute === 'none' ? 'nothing recomputed' : `${recompute} recomputation`,
    ...(plan.sequenceParallel ? ['sequence parallel'] : []),
    ...(plan.overlapGradients ? ['gradients overlapped'] : []),
    ...(plan.overlapPipeline ? ['messages overlapped'] : []),
    ...(plan.fusedAttention ? ['fused attention'] : []),
  ];
  return `${batch}; ${extras.join(', ')}`;
}

function timeLines({ breakdown, stepNs }: TrainingResult): string[] {
  const line = (name: string, ns: number) => [name, duration(ns), percent(ns / stepNs)];
  const exposed = COMMUNICATION.reduce((sum, part) => sum + breakdown[part], 0);
  const compute = stepNs - exposed - breakdown.bubble;
  const within = (keys: readonly (keyof TimeUse)[]) =>
    keys.filter((key) => breakdown[key] > 0).map((key) => line(`  ${PARTS[key]}`, breakdown[key]));
  return columns(
    [
      ['time of an accelerator, on average', '', 'of the step'],
      line('computation', compute),
      ...within(['forward', 'backward', 'recomputed', 'optimizer']),
      line('communication that nothing hides', exposed),
      ...within(COMMUNICATION),
      line(PARTS.bubble, breakdown.bubble),
    ],
    [0],
  );
}

function memoryLines(
  { accelerator, plan }: CheckedTraining,
  { memory, memoryByStage, fits }: TrainingResult,
): string[] {
  const stage = memoryByStage.indexOf(memoryByStage.find(({ total }) => total === memory.total) ?? memory);
  const where =
    plan.pipeline > 1 ? `memory of an accelerator of stage ${stage}, the fullest` : 'memory of an accelerator';
  const kinds = Object.keys(MEMORY) as (keyof typeof MEMORY)[];
  const has = accelerator.memoryBytes;
  return columns(
    [
      [where, '', `of ${gb(has)}`],
      ...kinds.map((kind) => [`  ${MEMORY[kind]}`, gb(memory[kind]), percent(memory[kind] / has)]),
      [fits ? 'in all' : 'in all: TOO MUCH', gb(memory.total), percent(memory.total / has)],
    ],
    [0],
  );
}

function bottleneckLines({ breakdown, stepNs }: TrainingResult, bottleneck: keyof TimeUse | undefined): string[] {
  if (bottleneck === undefined) return ['bottleneck: computation; nothing else takes time'];
  return [
    `bottleneck beside computation: ${PARTS[bottleneck]}, ${percent(breakdown[bottleneck] / stepNs)} of the step`,
  ];
}

function changeLines({ fits }: TrainingResult, changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['no single change of the plan helps'];
  const title = fits
    ? 'single changes that help most, each simulated'
    : 'single changes that help most, those that fit first';
  const rows = changes.map(({ option, to, also, gain, result }) => [
    `  ${Object.entries({ ...also, [option]: to })
      .map(([key, value]) => flagText(key as keyof PlanSpec, value))
      .join(' ')}`,
    duration(result.stepNs),
    `${gain < 0 ? '+' : '-'}${percent(Math.abs(gain))}`,
    gb(result.memory.total),
    ...(fits ? [] : [result.fits ? 'fits' : 'too much']),
  ]);
  return columns([[title, 'step', 'time', 'memory'], ...rows], [0]);
}

/** Memory in decimal units. */
export function gb(bytes: number): string {
  return bytes >= 1e8 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function thousands(value: number): string {
  return (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('en-US');
}
