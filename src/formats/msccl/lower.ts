import { ConfigError } from '../../base/errors.js';
import { StepBuilder, type StepId } from '../../collectives/step-builder.js';
import type { StepProgram } from '../../collectives/step-program.js';
import {
  type Gpu,
  type MscclAlgorithm,
  type Place,
  STEP_TYPES,
  type Step,
  type StepAction,
  stepName,
  type ThreadBlock,
} from './algorithm.js';
import { Layout } from './layout.js';

export interface Lowered {
  readonly program: StepProgram;
  /** How messages name a step of the program. */
  readonly nameOf: (step: number) => string;
  readonly cellName: (cell: number) => string;
}

/** The thread of what is copied before the first step. */
export const BEFORE = -1;

/**
 * Turns the steps of thread blocks into sends, receives, reductions and copies. What a step
 * receives and does not store stands in registers, cells below 0. A `nop` leaves no step: what
 * waits for it waits for what it waits for.
 *
 * @throws ConfigError for messages that are not received, and thread blocks that wait for each other.
 */
export function lower(algorithm: MscclAlgorithm): Lowered {
  checkSize(algorithm);
  const layout = new Layout(algorithm);
  const names: string[] = [];
  const nameOf = (step: number) => names[step] ?? '';
  const steps = new StepBuilder({
    ranks: algorithm.gpus.length,
    blocks: layout.blocks,
    input: layout.input,
    output: layout.output,
    sendsEnd: 'arrived',
    nameOf,
  });
  for (const gpu of algorithm.gpus) new GpuSteps(algorithm.file, gpu, layout, steps, names).add();
  return { program: steps.build(), nameOf, cellName: (cell) => layout.name(cell) };
}

/** Chunks that all steps of a file move: with more, checking it takes too long. */
const MOST_MOVED = 2 ** 24;

function checkSize({ file, gpus }: MscclAlgorithm): void {
  let moved = 0;
  for (const { blocks } of gpus) for (const { steps } of blocks) for (const { count } of steps) moved += count;
  if (moved <= MOST_MOVED) return;
  const expected = `steps that move at most ${MOST_MOVED} chunks in all`;
  throw new ConfigError([{ path: file === '' ? 'algo' : file, expected, got: String(moved) }]);
}

/** A step of a thread block, by number. */
interface Spot {
  readonly block: number;
  readonly step: number;
}

/** Adds the steps of one GPU. */
class GpuSteps {
  private readonly file: string;
  private readonly gpu: Gpu;
  private readonly layout: Layout;
  /** The first register of each thread block, counted from 0: it has as many as any of its steps moves chunks. */
  private readonly registers = new Map<number, number>();
  private readonly steps: StepBuilder;
  private readonly names: string[];
  private readonly copies: StepId[] = [];
  /** Of each thread block, of each of its steps that is no `nop`: the last of what it has become. */
  private readonly lasts = new Map<number, (StepId | undefined)[]>();

  constructor(file: string, gpu: Gpu, layout: Layout, steps: StepBuilder, names: string[]) {
    this.file = file;
    this.gpu = gpu;
    this.layout = layout;
    this.steps = steps;
    this.names = names;
    let next = 0;
    for (const { id, steps: own } of gpu.blocks) {
      this.registers.set(id, next);
      next += own.reduce((most, { count }) => Math.max(most, count), 0);
    }
  }

  add(): void {
    const { id, blocks, copies } = this.gpu;
    for (const { from, to, line } of copies) {
      this.names.push(`${this.file === '' ? '' : `${this.file}: `}line ${line} (gpu ${id}, copy)`);
      const [source, target] = [
        this.layout.cell(id, { buffer: 'i', offset: from }),
        this.layout.cell(id, { buffer: 'o', offset: to }),
      ];
      this.copies.push(this.steps.copy(id, source, target, { thread: BEFORE }));
    }
    const firsts: [StepId, Spot][] = [];
    for (const block of blocks) {
      const lasts: (StepId | undefined)[] = [];
      this.lasts.set(block.id, lasts);
      for (const [number, step] of block.steps.entries()) {
        const before = this.steps.length;
        const last = this.addStep(block, step, number);
        if (last !== undefined) firsts.push([before, { block: block.id, step: number }]);
        lasts.push(last);
      }
    }
    for (const [first, spot] of firsts) for (const other of this.awaitedBy(spot)) this.steps.require(first, other);
  }

  /** Adds what a step consists of, one after the other; returns the last of it. */
  private addStep(block: ThreadBlock, step: Step, number: number): StepId | undefined {
    const { id } = this.gpu;
    const { sendsTo, receivesFrom, channel, id: thread } = block;
    const { operands, stores, sends }: StepAction = STEP_TYPES[step.type];
    const { count } = step;
    const name = stepName(this.file, id, thread, number, step.line);
    const base = this.registers.get(thread) as number;
    const register = Array.from({ length: count }, (_, i) => -1 - base - i);
    const source = this.cells(step.source, count);
    const target = stores ? this.cells(step.target, count) : register;
    const receives = operands.includes('received');
    const isSum = operands.length > 1;
    let last: StepId | undefined;
    const local = () => ({ thread, ...(last === undefined ? {} : { after: last }) });
    const options = () => ({ ...local(), channel });
    const named = (added: StepId) => {
      this.names.push(name);
      last = added;
    };
    if (receives) named(this.steps.receive(id, receivesFrom, isSum ? register : target, options()));
    if (isSum) {
      // `re` adds its source to its target; the others add what they received to their source.
      const [a, b] = receives ? [register, source] : [source, target];
      named(this.steps.reduce(id, a, target, { ...local(), plus: b }));
    }
    if (step.type === 'cpy') named(this.steps.copy(id, source, target, local()));
    if (sends) named(this.steps.send(id, sendsTo, receives ? target : source, options()));
    return last;
  }

  private cells({ buffer, offset }: Place, count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.layout.cell(this.gpu.id, { buffer, offset: offset + i }));
  }

  /** What has to be over before a step of a thread block: what is before it, and what it waits for. */
  private awaitedBy(spot: Spot): ReadonlySet<StepId> {
    const found = new Set<StepId>();
    const seen = new Set<string>();
    const open = this.before(spot);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === 'copies') {
        for (const copy of this.copies) found.add(copy);
        continue;
      }
      const last = this.lasts.get(next.block)?.[next.step];
      if (last !== undefined) {
        found.add(last);
        continue;
      }
      // A nop: on to what it waits for.
      const key = `${next.block} ${next.step}`;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(...this.before(next));
    }
    return found;
  }

  private before({ block, step }: Spot): (Spot | 'copies')[] {
    const own = this.gpu.blocks.find(({ id }) => id === block)?.steps[step];
    const previous = step === 0 ? 'copies' : { block, step: step - 1 };
    return own?.waitsFor === undefined ? [previous] : [previous, own.waitsFor];
  }
}
