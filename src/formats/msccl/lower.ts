import { ConfigError } from '../../base/errors.js';
import type { StepId } from '../../collectives/builder-options.js';
import { StepBuilder } from '../../collectives/step-builder.js';
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
  /** A step's name in messages. */
  readonly nameOf: (step: number) => string;
  readonly cellName: (cell: number) => string;
}

/** The thread of copies before the first step. */
export const BEFORE = -1;

/**
 * Turns the steps of thread blocks into sends, receives, reductions and copies. Data that a step
 * receives and does not store are in registers, cells below 0. A `nop` becomes no step: steps that
 * wait for it wait for its dependencies.
 *
 * @throws ConfigError for messages that are not received, and thread blocks that wait for each other.
 */
export function lower(algorithm: MscclAlgorithm, keepsLinks = false): Lowered {
  checkSize(algorithm);
  const layout = new Layout(algorithm);
  const names: string[] = [];
  const nameOf = (step: number) => names[step] ?? '';
  const steps = new StepBuilder({
    ranks: algorithm.gpus.length,
    blocks: layout.blocks,
    input: layout.input,
    output: layout.output,
    sendsEnd: algorithm.sendsEnd,
    nameOf,
  });
  const ways: Way[] = [];
  for (const gpu of algorithm.gpus) new GpuSteps(algorithm.file, gpu, layout, steps, names, ways).add();
  const program = steps.build();
  return {
    program: keepsLinks ? withWays(program, ways, nameOf) : program,
    nameOf,
    cellName: (cell) => layout.name(cell),
  };
}

/** A send with known links. Steps are added GPU by GPU, so they keep their numbers. */
interface Way {
  readonly send: StepId;
  readonly links: readonly number[];
  readonly turns: readonly number[] | undefined;
}

/** @throws ConfigError for a send whose turns do not match its links, if others have turns. */
function withWays(program: StepProgram, ways: readonly Way[], nameOf: (step: number) => string): StepProgram {
  if (ways.length === 0) return program;
  const first = new Int32Array(program.does.length + 1);
  for (const { send, links } of ways) first[send + 1] = links.length;
  for (let step = 0; step < program.does.length; step++) {
    first[step + 1] = (first[step + 1] as number) + (first[step] as number);
  }
  const route = { first, links: Int32Array.from(ways.flatMap(({ links }) => links)) };
  if (ways.every(({ turns }) => turns === undefined)) return { ...program, route };
  const wrong = ways.find(({ links, turns }) => turns?.length !== links.length);
  if (wrong !== undefined) {
    const [path, got] = [nameOf(wrong.send), `${wrong.turns?.length ?? 0} for ${wrong.links.length} links`];
    throw new ConfigError([{ path, expected: 'a turn for each link', got }]);
  }
  return { ...program, route, order: Int32Array.from(ways.flatMap(({ turns }) => turns ?? [])) };
}

/** Most chunks that all steps of a file move: checking more takes too long. */
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
  /** First register of each thread block, counted from 0. A block has one register per chunk of its largest step. */
  private readonly registers = new Map<number, number>();
  private readonly steps: StepBuilder;
  private readonly names: string[];
  private readonly ways: Way[];
  private readonly copies: StepId[] = [];
  /** Per thread block and step: the last program step it became; undefined for a `nop`. */
  private readonly lasts = new Map<number, (StepId | undefined)[]>();

  constructor(file: string, gpu: Gpu, layout: Layout, steps: StepBuilder, names: string[], ways: Way[]) {
    this.file = file;
    this.gpu = gpu;
    this.layout = layout;
    this.steps = steps;
    this.names = names;
    this.ways = ways;
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

  /** Adds the parts of a step in sequence; returns the last one. */
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
    if (sends) {
      const send = this.steps.send(id, sendsTo, receives ? target : source, options());
      if (step.links !== undefined) this.ways.push({ send, links: step.links, turns: step.turns });
      named(send);
    }
    return last;
  }

  private cells({ buffer, offset }: Place, count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.layout.cell(this.gpu.id, { buffer, offset: offset + i }));
  }

  /** What must end before a step of a thread block: the previous step, and what it waits for. */
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
      // A nop: follow its dependencies.
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
